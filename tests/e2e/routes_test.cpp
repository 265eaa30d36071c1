// The OpenAPI document and the routes of the server name the same things: nothing is undocumented, nothing only on
// paper.
#include "api/document_route.hpp"
#include "app.hpp"
#include "config/config.hpp"
#include "http/route_name.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace sessioncore::server;
using nlohmann::json;

namespace {

std::string named(const RouteName& route) {
  return route.method + " " + route.path;
}

std::set<std::string> documented() {
  std::set<std::string> names;
  const json document = json::parse(openapi_document());
  for (const auto& [path, item] : document.at("paths").items()) {
    for (const auto& [method, operation] : item.items()) {
      std::string capitals = method;
      std::transform(capitals.begin(), capitals.end(), capitals.begin(),
                     [](unsigned char c) { return std::toupper(c); });
      names.insert(named({capitals, path}));
    }
  }
  return names;
}

/// The routes of the whole server, put together as `sessiond serve` does it.
std::set<std::string> served() {
  std::string folder = (std::filesystem::temp_directory_path() / "sessiond-routes-XXXXXX").string();
  REQUIRE(::mkdtemp(folder.data()) != nullptr);
  const json config = {{"listen", {{"host", "127.0.0.1"}, {"port", 0}}},
                       {"database", folder + "/sessiond.db"},
                       {"jwt_secret", "0123456789abcdef0123456789abcdef"},
                       {"unipile", {{"base_url", "http://127.0.0.1:1"}, {"api_key", "a"}, {"webhook_secret", "b"}}},
                       {"elevenlabs", {{"base_url", "http://127.0.0.1:1"}, {"api_key", "c"}}},
                       {"tenants", json::array({{{"id", "clinic"}}})}};
  std::ofstream(folder + "/sessiond.json") << config.dump();
  std::set<std::string> names;
  {
    const App app(load_config(folder + "/sessiond.json", [](const std::string&) { return std::nullopt; }));
    for (const RouteName& route : app.routes()) CHECK_MESSAGE(names.insert(named(route)).second, named(route));
  }
  std::filesystem::remove_all(folder);
  return names;
}

}  // namespace

TEST_CASE("every route is documented, and every documented route is served") {
  const auto routes = served();
  const auto names = documented();
  CHECK(routes.size() > 10);
  for (const auto& route : routes) CHECK_MESSAGE(names.count(route) == 1, route << " is missing in openapi.json");
  for (const auto& name : names) CHECK_MESSAGE(routes.count(name) == 1, name << " of openapi.json is not served");
}

TEST_CASE("a path template is matched to the letter, but for its names") {
  CHECK(pattern_of("/chats/{chatId}/messages") == "/chats/([^/]+)/messages");
  CHECK(pattern_of("/openapi.json") == "/openapi\\.json");
  CHECK(pattern_of("/a{b") == "/a{b");
  CHECK(pattern_of("/") == "/");
}
