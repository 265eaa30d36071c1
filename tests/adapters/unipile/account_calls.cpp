// Connecting, looking at and removing accounts; registering webhooks.
#include "client.hpp"
#include "http_stand.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <sessioncore/unipile/accounts.hpp>

using namespace sessioncore;
using namespace sessioncore::unipile;
using namespace sessioncore::unipile::tests;
using nlohmann::json;

namespace {

httplib::Server::Handler answer(int status, const json& body, json* request = nullptr) {
  return [=](const httplib::Request& asked, httplib::Response& response) {
    if (request != nullptr) *request = asked.body.empty() ? json("no body") : json::parse(asked.body);
    response.status = asked.get_header_value("X-API-KEY") == "key-1" ? status : 401;
    response.set_content(body.dump(), "application/json");
  };
}

json account(const json& sources) {
  return {{"object", "Account"},
          {"type", "WHATSAPP"},
          {"id", "acc_clinic"},
          {"name", "Clinic"},
          {"connection_params", {{"im", {{"phone_number", "+90 212 000 00 01"}}}}},
          {"sources", sources}};
}

}  // namespace

TEST_CASE("accounts: connecting gives a QR code, reconnecting goes to the account itself") {
  HttpStand stand;
  json created;
  json again;
  stand.server.Post("/api/v1/accounts", answer(201,
                                               {{"object", "Checkpoint"},
                                                {"account_id", "acc_new"},
                                                {"checkpoint", {{"type", "QRCODE"}, {"qrcode", "2@abc"}}}},
                                               &created));
  stand.server.Post("/api/v1/accounts/acc_clinic",
                    answer(201, {{"object", "AccountReconnected"}, {"account_id", "acc_clinic"}}, &again));
  UnipileAccounts accounts(options_for<ClientOptions>(stand.start()));
  const auto step = accounts.connect();
  REQUIRE(step);
  CHECK(step->account_id == "acc_new");
  CHECK(step->checkpoint == "QRCODE");
  CHECK(step->qr_code == "2@abc");
  CHECK(created == json{{"provider", "WHATSAPP"}});
  const auto back = accounts.reconnect("acc_clinic");
  REQUIRE(back);
  CHECK(back->checkpoint.empty());
  CHECK(again == json{{"provider", "WHATSAPP"}});
}

TEST_CASE("accounts: phone and status are read from where they are") {
  HttpStand stand;
  json sources = json::array({{{"id", "acc_clinic_MESSAGING"}, {"status", "OK"}}});
  stand.server.Get("/api/v1/accounts/acc_clinic", [&](const httplib::Request&, httplib::Response& response) {
    response.set_content(account(sources).dump(), "application/json");
  });
  UnipileAccounts accounts(options_for<ClientOptions>(stand.start()));
  CHECK(accounts.get("acc_clinic")->phone == "+902120000001");
  CHECK(accounts.get("acc_clinic")->name == "Clinic");
  CHECK(accounts.get("acc_clinic")->status == AccountStatus::ok);
  sources.push_back({{"id", "second"}, {"status", "CREDENTIALS"}});
  CHECK(accounts.get("acc_clinic")->status == AccountStatus::credentials);
  sources = json::array();
  CHECK(accounts.get("acc_clinic")->status == AccountStatus::other);
  sources = 5;
  const auto unreadable = accounts.get("acc_clinic");
  REQUIRE(!unreadable);
  CHECK(unreadable.error().code == ErrorCode::unavailable);
  CHECK(unreadable.error().detail == "unreadable answer: sources: expected array or null, got number");
}

TEST_CASE("accounts: errors keep their class") {
  HttpStand stand;
  int status = 404;
  stand.server.Delete("/api/v1/accounts/acc_clinic", [&](const httplib::Request&, httplib::Response& response) {
    response.status = status;
    response.set_content(R"({"type":"errors/some_slug"})", "application/json");
  });
  UnipileAccounts accounts(options_for<ClientOptions>(stand.start()));
  const std::pair<int, ErrorCode> cases[] = {{404, ErrorCode::not_found},
                                             {401, ErrorCode::invalid_argument},
                                             {429, ErrorCode::unavailable},
                                             {501, ErrorCode::invalid_argument},
                                             {503, ErrorCode::unavailable}};
  for (const auto& [answered, code] : cases) {
    status = answered;
    const auto removed = accounts.remove("acc_clinic");
    REQUIRE(!removed);
    CHECK(removed.error().code == code);
    CHECK(removed.error().detail == "HTTP " + std::to_string(answered) + " some_slug");
  }
  status = 200;
  CHECK(accounts.remove("acc_clinic"));
  CHECK(accounts.remove("").error().detail == "account_id: names no account");
  CHECK(accounts.get("..").error().code == ErrorCode::invalid_argument);
  auto bad = options_for<ClientOptions>("http://127.0.0.1:1");
  CHECK(UnipileAccounts(bad).remove("a").error().code == ErrorCode::unavailable);
  bad.api_key = "a\r\nb";
  CHECK(UnipileAccounts(bad).remove("a").error().detail == "api_key: holds control characters");
}

TEST_CASE("webhooks: registered as JSON, with a content type, all events and the secret") {
  HttpStand stand;
  json sent;
  stand.server.Post("/api/v1/webhooks", answer(201, {{"object", "WebhookCreated"}, {"webhook_id", "wh_1"}}, &sent));
  UnipileAccounts accounts(options_for<ClientOptions>(stand.start()));
  WebhookRegistration registration;
  registration.request_url = "https://chat.example.com/webhooks/unipile";
  registration.name = "inbox";
  registration.account_ids = {"acc_clinic"};
  registration.secret = "s3cret";
  const auto id = accounts.register_webhook(registration);
  REQUIRE(id);
  CHECK(*id == "wh_1");
  CHECK(sent == json::parse(R"({"source":"messaging","request_url":"https://chat.example.com/webhooks/unipile",
    "name":"inbox","format":"json","enabled":true,"account_ids":["acc_clinic"],
    "events":["message_received","message_read","message_delivered","message_reaction","message_edited",
              "message_deleted"],
    "headers":[{"key":"Content-Type","value":"application/json"},{"key":"x-unipile-secret","value":"s3cret"}]})"));
  registration.source = "account_status";
  registration.account_ids.clear();
  CHECK(accounts.register_webhook(registration));
  CHECK(!sent.contains("events"));
  CHECK(!sent.contains("account_ids"));
}

TEST_CASE("webhooks: what cannot become a header is refused") {
  UnipileAccounts accounts(options_for<ClientOptions>("http://127.0.0.1:1"));
  WebhookRegistration registration;
  registration.request_url = "https://chat.example.com/webhooks/unipile";
  CHECK(accounts.register_webhook(registration).error().detail == "secret: empty");
  registration.secret = "a\r\nX-Other: b";
  CHECK(accounts.register_webhook(registration).error().detail == "secret: holds control characters");
  registration.secret = "fine";
  registration.secret_header = "x-secret: b";
  CHECK(accounts.register_webhook(registration).error().detail == "secret_header: is no header name");
  registration.request_url.clear();
  CHECK(accounts.register_webhook(registration).error().detail == "request_url: empty");
}
