#include "config/reader.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>

namespace sessioncore::server {

using nlohmann::json;

namespace {

constexpr Duration kLongest = std::chrono::hours(24 * 31);
constexpr std::uintmax_t kSecretBytesMax = 64ULL * 1024;

std::string environment_name(const std::string& path) {
  if (path.find('[') != std::string::npos) return {};
  const bool own_prefix = path.rfind("unipile.", 0) == 0 || path.rfind("elevenlabs.", 0) == 0;
  std::string name = own_prefix ? path : "sessiond_" + path;
  for (char& c : name) c = c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name;
}

std::string found(const json& value) {
  return std::string("found ") + (value.is_null() ? "null" : value.type_name());
}

/// The address of a proxy is one only with a password in it.
bool is_secret(const std::string& text) {
  return !text.empty() && (text.find("://") == std::string::npos || text.find('@') != std::string::npos);
}

const json& empty_object() {
  static const json kEmpty = json::object();
  return kEmpty;
}

}  // namespace

ObjectReader::ObjectReader(const json& value, std::string path, const ReaderContext& context)
    : value_(value), path_(std::move(path)), context_(context) {
  if (!value.is_object()) {
    throw ConfigError((path_.empty() ? "the configuration" : path_) + ": expected an object, " + found(value));
  }
}

std::string ObjectReader::path_of(const std::string& key) const {
  return path_.empty() ? key : path_ + "." + key;
}

void ObjectReader::fail(const std::string& key, const std::string& problem) const {
  throw ConfigError(path_of(key) + ": " + problem);
}

const json* ObjectReader::find(const std::string& key) {
  read_.insert(key);
  const auto at = value_.find(key);
  return at == value_.end() ? nullptr : &*at;
}

std::optional<std::string> ObjectReader::from_environment(const std::string& key) {
  const std::string name = environment_name(path_of(key));
  if (name.empty()) return std::nullopt;
  auto value = context_.environment(name);
  if (value) read_.insert(key);
  return value;
}

bool ObjectReader::has(const std::string& key) const {
  const std::string name = environment_name(path_of(key));
  return value_.contains(key) || (!name.empty() && context_.environment(name).has_value());
}

std::string ObjectReader::text(const std::string& key, const std::string& fallback) {
  if (auto given = from_environment(key)) return *given;
  const json* value = find(key);
  if (value == nullptr) return fallback;
  if (!value->is_string()) fail(key, "expected a text, " + found(*value));
  return value->get<std::string>();
}

std::string ObjectReader::required_text(const std::string& key) {
  if (!has(key)) fail(key, "missing");
  std::string value = text(key, "");
  if (value.empty()) fail(key, "must not be empty");
  return value;
}

std::string ObjectReader::text_or_null(const std::string& key) {
  const json* value = find(key);
  return value != nullptr && value->is_null() ? std::string() : text(key, "");
}

bool ObjectReader::flag(const std::string& key, bool fallback) {
  if (auto given = from_environment(key)) {
    if (*given == "true" || *given == "1") return true;
    if (*given == "false" || *given == "0") return false;
    fail(key, "expected true or false in " + environment_name(path_of(key)));
  }
  const json* value = find(key);
  if (value == nullptr) return fallback;
  if (!value->is_boolean()) fail(key, "expected true or false, " + found(*value));
  return value->get<bool>();
}

double ObjectReader::number_value(const std::string& key, double fallback, const std::string& expected) {
  if (auto given = from_environment(key)) {
    double number = 0;
    const auto [end, problem] = std::from_chars(given->data(), given->data() + given->size(), number);
    if (problem == std::errc() && end == given->data() + given->size()) return number;
    fail(key, "expected " + expected + " in " + environment_name(path_of(key)));
  }
  const json* value = find(key);
  if (value == nullptr) return fallback;
  if (!value->is_number()) fail(key, "expected " + expected + ", " + found(*value));
  return value->get<double>();
}

std::uint64_t ObjectReader::number(const std::string& key, std::uint64_t fallback, std::uint64_t min,
                                   std::uint64_t max) {
  const std::string expected = "a whole number from " + std::to_string(min) + " to " + std::to_string(max);
  const double value = number_value(key, static_cast<double>(fallback), expected);
  const bool fits = value >= static_cast<double>(min) && value <= static_cast<double>(max);
  if (!fits || value != std::floor(value)) fail(key, "expected " + expected);
  return static_cast<std::uint64_t>(value);
}

Duration ObjectReader::seconds(const std::string& key, Duration fallback, Duration min) {
  const double value = number_value(key, static_cast<double>(fallback.count()) / 1000.0, "a number of seconds");
  const double ms = std::round(value * 1000.0);
  if (!(ms >= static_cast<double>(min.count()))) {
    std::ostringstream least;
    least << static_cast<double>(min.count()) / 1000.0;
    fail(key, "expected at least " + least.str() + " seconds");
  }
  if (ms > static_cast<double>(kLongest.count())) fail(key, "expected at most 2678400 seconds (31 days)");
  return Duration(static_cast<Duration::rep>(ms));
}

std::string ObjectReader::choice(const std::string& key, const std::string& fallback,
                                 const std::vector<std::string>& allowed) {
  std::string value = text(key, fallback);
  if (std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return value;
  std::string list;
  for (const auto& name : allowed) list += (list.empty() ? "" : ", ") + name;
  fail(key, "expected one of " + list);
}

std::string ObjectReader::secret(const std::string& key) {
  if (auto given = from_environment(key)) return *given;
  const json* value = find(key);
  if (value == nullptr) return {};
  if (value->is_string()) {
    if (context_.plain_secrets != nullptr && is_secret(*value)) context_.plain_secrets->push_back(path_of(key));
    return value->get<std::string>();
  }
  if (!value->is_object() || value->size() != 1 || !value->contains("file") || !value->at("file").is_string()) {
    fail(key, "expected a text or {\"file\": \"path\"}");
  }
  const std::filesystem::path file = std::filesystem::path(context_.folder) / value->at("file").get<std::string>();
  std::error_code problem;
  const auto size = std::filesystem::file_size(file, problem);
  if (!problem && size > kSecretBytesMax) fail(key, "the file " + file.string() + " is too large for a secret");
  std::ifstream in(file, std::ios::binary);
  if (!in) fail(key, "cannot read the file " + file.string());
  std::string content{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  while (!content.empty() && (content.back() == '\n' || content.back() == '\r')) content.pop_back();
  return content;
}

std::string ObjectReader::file(const std::string& key) {
  const std::string path = text(key, "");
  return path.empty() ? path : (std::filesystem::path(context_.folder) / path).string();
}

std::vector<std::string> ObjectReader::texts(const std::string& key) {
  const json* value = find(key);
  std::vector<std::string> result;
  if (value == nullptr) return result;
  if (!value->is_array()) fail(key, "expected a list of texts, " + found(*value));
  for (std::size_t i = 0; i < value->size(); ++i) {
    if (!(*value)[i].is_string()) fail(key + "[" + std::to_string(i) + "]", "expected a text, " + found((*value)[i]));
    result.push_back((*value)[i].get<std::string>());
  }
  return result;
}

void ObjectReader::object(const std::string& key, const std::function<void(ObjectReader&)>& read) {
  const json* value = find(key);
  ObjectReader reader(value == nullptr ? empty_object() : *value, path_of(key), context_);
  read(reader);
  reader.finish();
}

void ObjectReader::each(const std::string& key, const std::function<void(ObjectReader&)>& read) {
  const json* value = find(key);
  if (value == nullptr) return;
  if (!value->is_array()) fail(key, "expected a list, " + found(*value));
  for (std::size_t i = 0; i < value->size(); ++i) {
    ObjectReader reader((*value)[i], path_of(key) + "[" + std::to_string(i) + "]", context_);
    read(reader);
    reader.finish();
  }
}

void ObjectReader::finish() const {
  for (const auto& [key, value] : value_.items()) {
    if (read_.count(key) == 0) fail(key, "unknown key");
  }
}

}  // namespace sessioncore::server
