// Listing what was sent: what is asked for, and what is reported.
#include "collector.hpp"
#include "fixture.hpp"
#include "http_stand.hpp"

#include <mutex>

#include <doctest/doctest.h>

#include <sessioncore/unipile/channel.hpp>

using namespace sessioncore;
using namespace sessioncore::unipile;
using namespace sessioncore::unipile::tests;

namespace {

constexpr const char* kMessages = "/api/v1/chats/chat_ayse/messages";
constexpr Instant kSince{1779133461500};  // 2026-05-18T19:44:21.500Z

ChannelOptions options_for(const std::string& url) {
  ChannelOptions options;
  options.base_url = url;
  options.api_key = "key-1";
  options.workers = 1;
  return options;
}

// The stand also answers a send, so that a test can wait for the end of a list that reports nothing: with one worker it
// begins then, in another chat because in its own it would end the list.
void answer_sends(HttpStand& stand) {
  stand.server.Post("/api/v1/chats/chat_end/messages",
                    [](const httplib::Request&, httplib::Response& response) { response.status = 500; });
}

void send_at_end(UnipileClient& client) {
  client.send(chat_facts("c-end", "chat_end"), {1, 1}, "end");
}

}  // namespace

TEST_CASE("list: own messages are reported oldest first, across pages") {
  HttpStand stand;
  answer_sends(stand);
  std::mutex mutex;
  std::vector<httplib::Params> asked;
  auto first_page = fixture_json("message_list");
  auto second_page = first_page;
  second_page["cursor"] = nullptr;
  second_page["items"] = nlohmann::json::array({first_page["items"][0]});  // braces alone mean another thing to clang
  second_page["items"][0]["id"] = "msg_out_0";
  second_page["items"][0]["timestamp"] = "2026-05-18T19:44:21.000Z";
  stand.server.Get(kMessages, [&](const httplib::Request& request, httplib::Response& response) {
    const std::lock_guard lock(mutex);
    asked.push_back(request.params);
    response.set_content((asked.size() == 1 ? first_page : second_page).dump(), "application/json");
  });
  Collector collector;
  UnipileClient client(options_for(stand.start()), collector.post());
  client.list_sent(chat_facts(), kSince);
  send_at_end(client);
  const auto reports = collector.wait_for(5);
  REQUIRE(reports.size() == 5);
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < 4; ++i) ids.push_back(std::get<SelfMessage>(reports[i].event).provider_id.value);
  CHECK(ids == std::vector<std::string>{"msg_out_1", "msg_out_0", "msg_out_2", "msg_out_3"});
  CHECK(reports[0].chat == ChatId("c1"));
  const std::lock_guard lock(mutex);
  REQUIRE(asked.size() == 2);
  // Two seconds earlier, and one millisecond because the service leaves the instant itself out.
  CHECK(asked[0].find("after")->second == "2026-05-18T19:44:19.499Z");
  CHECK(asked[0].find("limit")->second == "100");
  CHECK(asked[1].find("cursor")->second == "next-page");
  CHECK(asked[1].find("after") == asked[1].end());
}

TEST_CASE("list: a service that ignores the filters does not make old or foreign messages new") {
  HttpStand stand;
  answer_sends(stand);
  auto page = fixture_json("message_list");
  page["cursor"] = nullptr;
  page["items"][0]["chat_id"] = "chat_of_somebody_else";
  stand.server.Get(kMessages, [&](const httplib::Request&, httplib::Response& response) {
    response.set_content(page.dump(), "application/json");
  });
  Collector collector;
  UnipileClient client(options_for(stand.start()), collector.post());
  client.list_sent(chat_facts(), Instant{kSince.ms + 5000});
  send_at_end(client);
  const auto reports = collector.wait_for(2);
  REQUIRE(reports.size() == 2);
  CHECK(std::get<SelfMessage>(reports[0].event).provider_id.value == "msg_out_2");
}

TEST_CASE("list: a message that was deleted went out unless nobody can tell what it was (others are read around it)") {
  HttpStand stand;
  answer_sends(stand);
  auto page = fixture_json("message_list");
  page["cursor"] = nullptr;
  page["items"][0]["deleted"] = 1;
  page["items"].push_back(page["items"][0]);
  page["items"].back()["id"] = "msg_out_4";
  page["items"].back()["text"] = nullptr;
  page["items"].push_back({{"id", 5}});
  stand.server.Get(kMessages, [&](const httplib::Request&, httplib::Response& response) {
    response.set_content(page.dump(), "application/json");
  });
  Collector collector;
  auto options = options_for(stand.start());
  std::mutex mutex;
  std::string logged;
  options.log = [&](LogLevel, const std::string& line) {
    const std::lock_guard lock(mutex);
    logged += line + '\n';
  };
  UnipileClient client(options, collector.post());
  client.list_sent(chat_facts(), kSince);
  send_at_end(client);
  const auto reports = collector.wait_for(4);
  REQUIRE(reports.size() == 4);
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < 3; ++i) ids.push_back(std::get<SelfMessage>(reports[i].event).provider_id.value);
  CHECK(ids == std::vector<std::string>{"msg_out_1", "msg_out_2", "msg_out_3"});
  const std::lock_guard lock(mutex);
  CHECK(logged.find(".id: expected string, got number") != std::string::npos);
}

TEST_CASE("list: an endless cursor ends") {
  HttpStand stand;
  answer_sends(stand);
  std::atomic<int> pages{0};
  const auto page = fixture("message_list");
  stand.server.Get(kMessages, [&](const httplib::Request&, httplib::Response& response) {
    ++pages;
    response.set_content(page, "application/json");
  });
  Collector collector;
  UnipileClient client(options_for(stand.start()), collector.post());
  client.list_sent(chat_facts(), kSince);
  send_at_end(client);
  collector.wait_for(16);  // 5 pages of 3, and the send
  CHECK(pages == 5);
}

TEST_CASE("list: errors are logged and report nothing") {
  HttpStand stand;
  answer_sends(stand);
  std::string body;
  int status = 200;
  stand.server.Get(kMessages, [&](const httplib::Request&, httplib::Response& response) {
    response.status = status;
    response.set_content(body, "application/json");
  });
  auto options = options_for(stand.start());
  std::mutex mutex;
  std::vector<std::string> lines;
  options.log = [&](LogLevel, const std::string& line) {
    const std::lock_guard lock(mutex);
    lines.push_back(line);
  };
  const auto expect_line = [&](const std::string& line) {
    Collector collector;
    UnipileClient client(options, collector.post());
    client.list_sent(chat_facts(), kSince);
    send_at_end(client);
    CHECK(std::holds_alternative<SendFailed>(collector.wait_for(1).front().event));
    const std::lock_guard lock(mutex);
    CHECK(lines.front() == "unipile: listing chat c1 failed: " + line);
    lines.clear();
  };
  body = R"({"items":[{"id":5}]})";
  expect_line("items[0].id: expected string, got number");
  body = "{}";
  status = 500;
  expect_line("HTTP 500");
}
