/// A strict reader of the Prometheus text format 0.0.4: what a scraper might forgive is an error here.
#pragma once

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace e2e {

class MetricsText {
 public:
  /// Throws std::runtime_error with the line that breaks the format.
  explicit MetricsText(const std::string& text);

  /// The value of a series as it is written, such as `sessiond_chats{phase="ai"}`; labels in any order. 0 if absent.
  [[nodiscard]] double value(const std::string& series) const;
  [[nodiscard]] bool has(const std::string& series) const { return values_.count(canonical(series)) > 0; }
  [[nodiscard]] const std::map<std::string, double>& values() const { return values_; }
  /// "counter", "gauge" or "histogram" by family.
  [[nodiscard]] const std::map<std::string, std::string>& types() const { return types_; }
  /// The names of the labels a family uses, without `le`.
  [[nodiscard]] const std::map<std::string, std::vector<std::string>>& labels() const { return labels_; }

 private:
  void take_comment(const std::string& line);
  void take_sample(const std::string& line);
  void check_histograms() const;
  [[nodiscard]] static std::string canonical(const std::string& series);

  std::string family_;  // whose samples may follow
  std::map<std::string, std::string> helps_;
  std::map<std::string, std::string> types_;
  std::map<std::string, std::vector<std::string>> labels_;
  std::map<std::string, double> values_;
  // Of each histogram and its other labels: bounds and counts in the order written.
  std::map<std::string, std::vector<std::pair<double, double>>> buckets_;
};

}  // namespace e2e
