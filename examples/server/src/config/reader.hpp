/// Reads one JSON object of the configuration, key by key, and complains about what nobody asked for.
///
/// Environment names: the key path in capitals, joined by "_", after "SESSIOND_"; the sections `unipile` and
/// `elevenlabs` stand for themselves (`UNIPILE_API_KEY`). Objects inside of lists have no environment names.
/// Every problem is a `ConfigError` that starts with the key path. Thread rule: one thread.
#pragma once

#include "config/config.hpp"

#include <functional>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace sessioncore::server {

struct ReaderContext {
  std::string folder;  ///< of the configuration file
  Environment environment;
  std::vector<std::string>* plain_secrets = nullptr;  ///< collects the keys of those that stand in the file itself
};

class ObjectReader {
 public:
  /// `path` is empty for the file itself. Throws if `value` is not an object. All three must outlive the reader.
  ObjectReader(const nlohmann::json& value, std::string path, const ReaderContext& context);

  [[nodiscard]] bool has(const std::string& key) const;  ///< in the file or the environment
  [[nodiscard]] std::string path_of(const std::string& key) const;

  std::string text(const std::string& key, const std::string& fallback);
  std::string required_text(const std::string& key);
  /// Empty if it is missing or null.
  std::string text_or_null(const std::string& key);
  bool flag(const std::string& key, bool fallback);
  std::uint64_t number(const std::string& key, std::uint64_t fallback, std::uint64_t min, std::uint64_t max);
  /// Seconds in the file, fractions allowed; from `min` to 31 days.
  Duration seconds(const std::string& key, Duration fallback, Duration min = Duration(0));
  std::string choice(const std::string& key, const std::string& fallback, const std::vector<std::string>& allowed);
  /// A text, or `{"file": "path"}`: then the file's content without the line end. Empty if there is none.
  std::string secret(const std::string& key);
  /// The path of a file, relative to the configuration's folder. Empty if there is none.
  std::string file(const std::string& key);
  std::vector<std::string> texts(const std::string& key);

  /// A missing object reads as an empty one.
  void object(const std::string& key, const std::function<void(ObjectReader&)>& read);
  /// A missing list reads as an empty one.
  void each(const std::string& key, const std::function<void(ObjectReader&)>& read);

  /// Call last: throws if the object has a key that was not read.
  void finish() const;

  [[noreturn]] void fail(const std::string& key, const std::string& problem) const;

 private:
  const nlohmann::json* find(const std::string& key);
  std::optional<std::string> from_environment(const std::string& key);
  double number_value(const std::string& key, double fallback, const std::string& expected);

  const nlohmann::json& value_;
  std::string path_;
  const ReaderContext& context_;
  std::set<std::string> read_;
};

}  // namespace sessioncore::server
