#include "config/stored_json.hpp"

#include <nlohmann/json.hpp>

namespace sessioncore::server {

std::string stored_path(const TenantId& id, const std::string& column) {
  return "tenants[" + id.value + "]." + column;
}

nlohmann::json parse_stored(const std::string& text, const std::string& path) {
  try {
    return nlohmann::json::parse(text);
  } catch (const nlohmann::json::exception&) {
    throw ConfigError(path + ": not JSON");
  }
}

ReaderContext nothing_around() {
  return {"", [](const std::string&) { return std::nullopt; }};
}

}  // namespace sessioncore::server
