// Listing what an account missed, and telling whose chat it was; webhooks listed and removed.
#include "client.hpp"
#include "http_stand.hpp"

#include <chrono>
#include <future>
#include <thread>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <sessioncore/unipile/accounts.hpp>
#include <sessioncore/unipile/history.hpp>

using namespace sessioncore;
using namespace sessioncore::unipile;
using namespace sessioncore::unipile::tests;
using nlohmann::json;

namespace {

json message(const std::string& id, int is_sender) {
  return {{"id", id},      {"account_id", "acc_1"},       {"chat_id", "chat_1"},
          {"text", id},    {"is_sender", is_sender},      {"timestamp", "2026-05-18T19:44:12.000Z"},
          {"is_event", 0}, {"attachments", json::array()}};
}

}  // namespace

TEST_CASE("history: the first page asks for a time, the next ones for the cursor alone") {
  HttpStand stand;
  std::vector<httplib::Params> asked;
  stand.server.Get("/api/v1/messages", [&](const httplib::Request& request, httplib::Response& response) {
    asked.push_back(request.params);
    const bool first = !request.has_param("cursor");
    const json body = {{"object", "MessageList"},
                       {"items", {message(first ? "m2" : "m1", first ? 1 : 0)}},
                       {"cursor", first ? json("next/page=") : json(nullptr)}};
    response.set_content(body.dump(), "application/json");
  });
  UnipileHistory history(options_for<ClientOptions>(stand.start()));
  const auto first = history.messages("acc_1", Instant{1'779'133'452'007}, "");
  REQUIRE(first);
  CHECK(std::holds_alternative<SelfMessage>(first->messages.at(0).message));
  const auto second = history.messages("acc_1", Instant{}, first->cursor);
  REQUIRE(second);
  CHECK(second->cursor.empty());
  CHECK(std::holds_alternative<ContactMessage>(second->messages.at(0).message));
  REQUIRE(asked.size() == 2);
  CHECK(asked[0] == httplib::Params{{"account_id", "acc_1"}, {"after", "2026-05-18T19:44:12.007Z"}, {"limit", "100"}});
  CHECK(asked[1] == httplib::Params{{"cursor", "next/page="}});
}

TEST_CASE("history: who a chat is with") {
  HttpStand stand;
  json chat = {{"object", "Chat"}, {"id", "chat_1"}, {"type", 0}, {"name", "Ayse"}, {"provider_id", "1999@lid"}};
  json people = {{"object", "ChatAttendeeList"},
                 {"items",
                  {{{"id", "self"}, {"is_self", 1}, {"name", "Clinic"}, {"provider_id", "902121234567@s.whatsapp.net"}},
                   {{"id", "att_1"},
                    {"is_self", 0},
                    {"name", "Ayse Y"},
                    {"provider_id", "1999@lid"},
                    {"public_identifier", "905551234567@s.whatsapp.net"}}}}};
  int asked_people = 0;
  int people_status = 200;
  stand.server.Get("/api/v1/chats/chat_1", [&](const httplib::Request&, httplib::Response& response) {
    response.set_content(chat.dump(), "application/json");
  });
  stand.server.Get("/api/v1/chats/chat_1/attendees", [&](const httplib::Request&, httplib::Response& response) {
    ++asked_people;
    response.status = people_status;
    response.set_content(people.dump(), "application/json");
  });
  UnipileHistory history(options_for<ClientOptions>(stand.start()));
  const auto found = history.chat("chat_1");
  REQUIRE(found);
  CHECK(found->one_to_one);
  CHECK(found->contact_name == "Ayse Y");
  CHECK(found->contact_phone == "+905551234567");

  people["items"][1]["public_identifier"] = "1999@lid";
  CHECK(history.chat("chat_1")->contact_phone.empty());

  // Who is in a chat decorates: what the service will never tell holds up no chat.
  const auto alone = [&] {
    const auto told = history.chat("chat_1");
    return told && told->one_to_one && told->contact_name == "Ayse" && told->contact_phone.empty();
  };
  for (const int refusal : {400, 401, 403, 404, 405, 501}) {
    CAPTURE(refusal);
    people_status = refusal;
    CHECK(alone());
  }
  for (const int trouble : {408, 429, 500, 503}) {
    CAPTURE(trouble);
    people_status = trouble;
    CHECK(history.chat("chat_1").error().code == ErrorCode::unavailable);
  }
  people_status = 200;
  people["items"] = 5;
  CHECK(alone());
  people.erase("items");
  CHECK(alone());

  asked_people = 0;
  chat["type"] = 1;
  CHECK_FALSE(history.chat("chat_1")->one_to_one);
  chat["type"] = 0;
  chat["provider_id"] = "123-456@g.us";
  CHECK_FALSE(history.chat("chat_1")->one_to_one);
  chat["provider_id"] = "123@newsletter";
  CHECK_FALSE(history.chat("chat_1")->one_to_one);
  CHECK(asked_people == 0);
  chat["type"] = "single";
  CHECK(history.chat("chat_1").error().detail.find("type") != std::string::npos);
  CHECK(history.chat("chat_2").error().code == ErrorCode::not_found);
  CHECK(history.chat("..").error().code == ErrorCode::invalid_argument);
}

TEST_CASE("history: told to stop, it ends the call under way and makes no other") {
  constexpr auto kPatience = std::chrono::seconds(60);
  HttpStand stand;
  std::promise<void> asked;
  std::promise<void> ended;
  stand.server.Get("/api/v1/messages", [&](const httplib::Request&, httplib::Response&) {
    asked.set_value();
    ended.get_future().wait_for(kPatience);
  });
  UnipileHistory history(options_for<ClientOptions>(stand.start()));
  std::thread stopper([&] {
    asked.get_future().wait_for(kPatience);
    history.stop();
  });
  CHECK(history.messages("acc_1", Instant{}, "").error().code == ErrorCode::unavailable);
  stopper.join();
  ended.set_value();
  CHECK(history.messages("acc_1", Instant{}, "").error().code == ErrorCode::shutting_down);
}

TEST_CASE("accounts: webhooks are listed over all pages and removed") {
  HttpStand stand;
  std::string removed;
  stand.server.Get("/api/v1/webhooks", [&](const httplib::Request& request, httplib::Response& response) {
    const bool first = !request.has_param("cursor");
    const json one = {
        {"id", first ? "wh_1" : "wh_2"},
        {"source", "messaging"},
        {"request_url", "http://us.example.com/hook"},
        {"account_ids", first ? json::array({{{"id", "acc_1"}, {"name", "x"}}}) : json::array({"acc_2"})}};
    const json body = {{"object", "WebhookList"}, {"items", {one}}, {"cursor", first ? json("c") : json(nullptr)}};
    response.set_content(body.dump(), "application/json");
  });
  stand.server.Delete(R"(/api/v1/webhooks/(\w+))", [&](const httplib::Request& request, httplib::Response& response) {
    removed = request.matches[1];
    response.set_content("{}", "application/json");
  });
  UnipileAccounts accounts(options_for<ClientOptions>(stand.start()));
  const auto webhooks = accounts.webhooks();
  REQUIRE(webhooks);
  REQUIRE(webhooks->size() == 2);
  CHECK(webhooks->at(0).id == "wh_1");
  CHECK(webhooks->at(0).account_ids == std::vector<std::string>{"acc_1"});
  CHECK(webhooks->at(1).account_ids == std::vector<std::string>{"acc_2"});
  CHECK(accounts.remove_webhook("wh_1"));
  CHECK(removed == "wh_1");
  CHECK(accounts.remove_webhook("").error().code == ErrorCode::invalid_argument);
}
