#include "support/provider.hpp"

#include <ctime>
#include <stdexcept>

namespace e2e {

json control(const ServerFixture& server, const std::string& path, const json& body) {
  const auto reply = server.unipile.control("POST", path, body.dump());
  if (reply.status / 100 != 2) throw std::runtime_error(path + ": " + reply.body);
  return json::parse(reply.body);
}

void account_turns(const ServerFixture& server, const std::string& status, const std::string& account) {
  (void)control(server, "/sim/account_status", {{"status", status}, {"account_id", account}});
}

std::vector<std::string> sent_in(const ServerFixture& server, const std::string& provider_chat) {
  std::vector<std::string> texts;
  const json chat = json::parse(server.unipile_chat(provider_chat));
  for (const auto& message : chat.at("messages")) {
    if (message.at("from") == "api") texts.push_back(message.at("text").get<std::string>());
  }
  return texts;
}

JsonClient provider_api(const ServerFixture& server) {
  JsonClient client(server.unipile.base_url(), JsonClient::Connections::one_each);
  client.header("X-API-KEY", "unipile-key");
  return client;
}

std::string ago(std::chrono::seconds time) {
  const std::time_t at = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now() - time);
  std::tm parts{};
  ::gmtime_r(&at, &parts);
  char text[32];
  (void)std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S.000Z", &parts);
  return text;
}

}  // namespace e2e
