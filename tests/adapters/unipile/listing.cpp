// Listing what was sent: what is asked for, and what is reported.
#include "client.hpp"
#include "fixture.hpp"
#include "gated_stand.hpp"

#include <mutex>

#include <doctest/doctest.h>

using namespace sessioncore;
using namespace sessioncore::unipile;
using namespace sessioncore::unipile::tests;

namespace {

constexpr Instant kSince{1779133461500};  // 2026-05-18T19:44:21.500Z

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
  UnipileClient client(options_for(stand.start(), 1), collector.post());
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
  UnipileClient client(options_for(stand.start(), 1), collector.post());
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
  auto options = options_for(stand.start(), 1);
  LogLines logged;
  options.log = logged.into();
  UnipileClient client(options, collector.post());
  client.list_sent(chat_facts(), kSince);
  send_at_end(client);
  const auto reports = collector.wait_for(4);
  REQUIRE(reports.size() == 4);
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < 3; ++i) ids.push_back(std::get<SelfMessage>(reports[i].event).provider_id.value);
  CHECK(ids == std::vector<std::string>{"msg_out_1", "msg_out_2", "msg_out_3"});
  CHECK(logged.text().find(".id: expected string, got number") != std::string::npos);
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
  UnipileClient client(options_for(stand.start(), 1), collector.post());
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
  auto options = options_for(stand.start(), 1);
  const auto expect_line = [&](const std::string& line) {
    LogLines logged;
    options.log = logged.into();
    Collector collector;
    UnipileClient client(options, collector.post());
    client.list_sent(chat_facts(), kSince);
    send_at_end(client);
    CHECK(std::holds_alternative<SendFailed>(collector.wait_for(1).front().event));
    CHECK(logged.text().starts_with("unipile: listing chat c1 failed: " + line + '\n'));
  };
  body = R"({"items":[{"id":5}]})";
  expect_line("items[0].id: expected string, got number");
  body = "{}";
  status = 500;
  expect_line("HTTP 500");
}

TEST_CASE("list: one that hangs does not hold up a send of its chat, and tells what it had found") {
  GatedStand stand(kMessagesOfSlow);
  stand.http.server.Get(kMessages, [&](const httplib::Request& request, httplib::Response& response) {
    if (request.has_param("cursor")) stand.gate.pass();
    response.set_content(fixture("message_list"), "application/json");
  });
  auto options = options_for(stand.http.start(), 1);
  LogLines logged;
  options.log = logged.into();
  Collector collector;
  UnipileClient client(options, collector.post());
  client.list_sent(chat_facts(), Instant{1});
  stand.gate.wait_arrived(1);
  client.send(chat_facts(), {1, 1}, "x");
  const auto reports = collector.wait_for(4);
  for (std::size_t i = 0; i < 3; ++i) CHECK(std::holds_alternative<SelfMessage>(reports[i].event));
  CHECK(std::get<SendSucceeded>(reports[3].event).send.message == 1);
  CHECK(logged.text() == "unipile: listing chat c1 failed: given up for a send of the chat\n");
}

TEST_CASE("list: a send in its chat ends it at whatever point it is") {
  constexpr MessageNumber kTimes = 40;
  GatedStand stand(kMessagesOfSlow);
  stand.http.server.Get(kMessages, [&](const httplib::Request&, httplib::Response&) { stand.gate.pass(); });
  Collector collector;
  UnipileClient client(options_for(stand.http.start(), 1), collector.post());
  for (MessageNumber i = 1; i <= kTimes; ++i) {
    client.list_sent(chat_facts(), Instant{1});
    for (MessageNumber turn = 0; turn < 20 * i; ++turn) std::this_thread::yield();  // each time a little later
    client.send(chat_facts(), {i, 1}, "x");
    const auto reports = collector.wait_for(i);
    CHECK(std::get<SendSucceeded>(reports.back().event).send.message == i);
  }
}

TEST_CASE("list: one that nobody has begun makes room for a send of its chat") {
  GatedStand stand(kMessagesOfSlow);
  std::atomic<int> lists{0};
  stand.http.server.Get(kMessages, [&](const httplib::Request&, httplib::Response&) { ++lists; });
  auto options = options_for(stand.http.start(), 1);
  options.queue_max = 3;
  Collector collector;
  UnipileClient client(options, collector.post());
  client.send(chat_facts("c-slow", "slow"), {1, 1}, "x");
  stand.gate.wait_arrived(1);
  const auto other = chat_facts("c-other", "other");
  client.list_sent(chat_facts(), Instant{1});
  client.list_sent(other, Instant{1});
  client.send(chat_facts(), {1, 1}, "x");
  client.send(chat_facts(), {2, 1}, "x");
  CHECK(collector.count() == 0);
  client.send(chat_facts(), {3, 1}, "x");
  CHECK(collector.first<SendFailed>().failure == SendFailure::retryable);
  stand.gate.open();
  CHECK(std::get<SendSucceeded>(collector.wait_for(4).back().event).send.message == 2);
  client.stop();
  CHECK(lists == 1);  // the other chat's
}
