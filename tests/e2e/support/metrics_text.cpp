#include "support/metrics_text.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <regex>
#include <sstream>

namespace e2e {

namespace {

using Labels = std::map<std::string, std::string>;

[[noreturn]] void fail(const std::string& what, const std::string& line) {
  throw std::runtime_error(what + ": " + line);
}

struct Sample {
  std::string name;
  Labels labels;
  double value = 0;
};

double number_of(const std::string& text, const std::string& line) {
  if (text == "+Inf") return std::numeric_limits<double>::infinity();
  std::size_t used = 0;
  double value = 0;
  try {
    value = std::stod(text, &used);
  } catch (const std::exception&) {
    fail("no number", line);
  }
  if (used != text.size()) fail("no number", line);
  return value;
}

Labels labels_of(const std::string& text, const std::string& line) {
  static const std::regex kLabel(R"re(([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$))re");
  Labels labels;
  auto at = text.cbegin();
  for (std::smatch match; at != text.cend(); at = match.suffix().first) {
    if (!std::regex_search(at, text.cend(), match, kLabel, std::regex_constants::match_continuous)) {
      fail("bad labels", line);
    }
    if (!labels.emplace(match[1], match[2]).second) fail("a label twice", line);
  }
  return labels;
}

Sample sample_of(const std::string& line) {
  static const std::regex kSample(R"re(([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+))re");
  std::smatch match;
  if (!std::regex_match(line, match, kSample)) fail("no sample", line);
  return {match[1], labels_of(match[2], line), number_of(match[3], line)};
}

std::string series_of(const std::string& name, const Labels& labels) {
  std::string series = name;
  for (const auto& [label, value] : labels) {
    series += (series.size() == name.size() ? "{" : ",") + label + "=\"" + value + "\"";
  }
  return labels.empty() ? series : series + "}";
}

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() > end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

}  // namespace

MetricsText::MetricsText(const std::string& text) {
  if (text.empty() || text.back() != '\n') fail("does not end with a line end", text);
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.back() == '\r') fail("an empty line or a carriage return", line);
    line[0] == '#' ? take_comment(line) : take_sample(line);
  }
  check_histograms();
}

void MetricsText::take_comment(const std::string& line) {
  static const std::regex kComment(R"re(# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+))re");
  std::smatch match;
  if (!std::regex_match(line, match, kComment)) fail("neither HELP nor TYPE", line);
  if (match[1] == "HELP") {
    if (!helps_.emplace(match[2], match[3]).second) fail("a family twice", line);
    family_.clear();
    return;
  }
  const std::string type = match[3];
  if (type != "counter" && type != "gauge" && type != "histogram") fail("an unknown type", line);
  if (helps_.count(match[2]) == 0) fail("no HELP before", line);
  if (!types_.emplace(match[2], type).second) fail("a family twice", line);
  if ((type == "counter") != ends_with(match[2], "_total")) fail("only counters end with _total", line);
  family_ = match[2];
}

void MetricsText::take_sample(const std::string& line) {
  Sample sample = sample_of(line);
  const bool histogram = !family_.empty() && types_.at(family_) == "histogram";
  const std::string suffix = sample.name.rfind(family_, 0) == 0 ? sample.name.substr(family_.size()) : "?";
  const bool fits = histogram ? suffix == "_bucket" || suffix == "_sum" || suffix == "_count" : suffix.empty();
  if (family_.empty() || !fits) fail("not under its family", line);
  if (!std::isfinite(sample.value)) fail("not finite", line);
  if (types_.at(family_) != "gauge" && sample.value < 0) fail("negative", line);
  if (!values_.emplace(series_of(sample.name, sample.labels), sample.value).second) fail("a series twice", line);
  if (suffix == "_bucket") {
    const auto bound = sample.labels.find("le");
    if (bound == sample.labels.end()) fail("a bucket without a bound", line);
    const double le = number_of(bound->second, line);
    sample.labels.erase("le");
    buckets_[series_of(family_, sample.labels)].emplace_back(le, sample.value);
  }
  std::vector<std::string> names;
  for (const auto& [name, value] : sample.labels) names.push_back(name);
  const auto known = labels_.emplace(family_, names).first;
  if (known->second != names) fail("other labels than before", line);
}

void MetricsText::check_histograms() const {
  for (const auto& [series, buckets] : buckets_) {
    if (!std::is_sorted(buckets.begin(), buckets.end())) fail("buckets out of order", series);
    const bool rising = std::is_sorted(buckets.begin(), buckets.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    if (!rising) fail("buckets are not cumulative", series);
    if (!std::isinf(buckets.back().first)) fail("no bucket for everything", series);
    const std::size_t brace = std::min(series.find('{'), series.size());
    const std::string name = series.substr(0, brace);
    const std::string rest = series.substr(brace);
    if (values_.count(name + "_sum" + rest) == 0) fail("no sum", series);
    if (value(name + "_count" + rest) != buckets.back().second) fail("count and buckets differ", series);
  }
}

std::string MetricsText::canonical(const std::string& series) {
  const Sample sample = sample_of(series + " 0");
  return series_of(sample.name, sample.labels);
}

double MetricsText::value(const std::string& series) const {
  const auto at = values_.find(canonical(series));
  return at == values_.end() ? 0 : at->second;
}

}  // namespace e2e
