#include "support/event_client.hpp"

#include <stdexcept>

namespace e2e {

namespace {

using namespace std::chrono_literals;

ServerEvent event_of(const std::string& block) {
  ServerEvent event;
  for (std::size_t at = 0; at < block.size();) {
    const auto end = std::min(block.find('\n', at), block.size());
    const std::string line = block.substr(at, end - at);
    at = end + 1;
    if (line.rfind("id: ", 0) == 0) event.id = line.substr(4);
    if (line.rfind("event: ", 0) == 0) event.event = line.substr(7);
    if (line.rfind("data: ", 0) == 0) event.data = json::parse(line.substr(6));
  }
  return event;
}

}  // namespace

EventClient::EventClient(int port, const std::string& token, const std::string& query, const std::string& last_id)
    : raw_(port) {
  std::string request = "GET /api/whatsapp/events" + query + " HTTP/1.1\r\nHost: localhost\r\n";
  if (!token.empty()) request += "Authorization: Bearer " + token + "\r\n";
  if (!last_id.empty()) request += "Last-Event-ID: " + last_id + "\r\n";
  raw_.send(request + "\r\n");
}

std::string EventClient::head() {
  const std::string all = raw_.read_until("\r\n\r\n", 30s);
  return all.substr(0, all.find("\r\n\r\n"));
}

std::string EventClient::text() {
  return raw_.read_all(20ms);
}

std::vector<ServerEvent> EventClient::blocks() {
  std::vector<ServerEvent> all;
  const std::string received = text();
  auto at = received.find("\r\n\r\n");
  if (at == std::string::npos) return all;
  at += 4;
  for (auto end = received.find("\n\n", at); end != std::string::npos; end = received.find("\n\n", at)) {
    all.push_back(event_of(received.substr(at, end - at)));
    at = end + 2;
  }
  return all;
}

std::vector<ServerEvent> EventClient::events() {
  std::vector<ServerEvent> named;
  for (auto& event : blocks()) {
    if (!event.event.empty()) named.push_back(std::move(event));
  }
  return named;
}

std::vector<ServerEvent> EventClient::events_named(const std::string& name) {
  std::vector<ServerEvent> named;
  for (auto& event : events()) {
    if (event.event == name) named.push_back(std::move(event));
  }
  return named;
}

bool EventClient::wait_for(const std::string& name, std::size_t count) {
  return sessioncore::story::wait_until(30s, [&] { return events_named(name).size() >= count; });
}

std::string EventClient::last_id() {
  std::string id;
  for (const auto& event : blocks()) {
    if (!event.id.empty()) id = event.id;
  }
  return id;
}

std::string token_of(const ServerFixture& server, const std::string& email) {
  auto client = server.client();
  const Answer answer = client.post("/api/auth/login", {{"email", email}, {"password", kPassword}});
  if (answer.status != 200) throw std::runtime_error("login failed: " + answer.text);
  return answer.body.at("token").get<std::string>();
}

}  // namespace e2e
