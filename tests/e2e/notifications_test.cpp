// Notifications: stored with the decision, delivered to the outgoing webhook at least once, listed with what became of
// them.
#include "live/notification_view.hpp"
#include "live/notifier.hpp"
#include "live/webhook_url.hpp"
#include "support/event_client.hpp"
#include "support/webhook_receiver.hpp"

#include <fstream>
#include <set>

#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>

using namespace e2e;
using namespace std::chrono_literals;
using sessioncore::Duration;

namespace {

const std::string kSecret = "the secret of the receiver";

json tenant(const std::string& id, const std::string& account, const json& notifications) {
  json config = {{"id", id}, {"features", {"whatsapp_agent"}}, {"unipile_account_id", account}};
  if (!notifications.is_null()) config["notifications"] = notifications;
  return config;
}

json receiver_at(const std::string& url) {
  return {{"url", url}, {"secret", kSecret}, {"timeout_seconds", 600}};
}

/// Tenants without an agent: each chat that waits for one makes a notification (`agent_missing`).
json without_agents(const json& clinic, const json& hotel = nullptr) {
  return {{"policy", {{"grace_period_seconds", 0.1}}},
          {"tenants",
           {tenant("clinic", "acc_1", clinic), tenant("hotel", "acc_2", hotel), tenant("library", "acc_3", nullptr)}}};
}

void write(ServerFixture& server, const std::string& chat, const std::string& account = "acc_1") {
  auto client = server.client();
  REQUIRE(deliver(client, message_webhook(chat, "m_" + chat, "a secret text", account)).status == 200);
}

json notifications_of(JsonClient& api) {
  return api.get("/api/whatsapp/notifications").body.at("data");
}

std::size_t count(JsonClient& api, const std::string& state) {
  std::size_t found = 0;
  for (const auto& row : notifications_of(api)) found += row["delivery"]["state"] == state ? 1U : 0U;
  return found;
}

bool wait_for(const std::function<bool()>& condition) {
  return sessioncore::story::wait_until(60s, condition);
}

bool signature_holds(const Received& received) {
  const auto comma = received.signature.find(",v1=");
  if (received.signature.rfind("t=", 0) != 0 || comma == std::string::npos) return false;
  return received.signature == signature_by_hand(kSecret, received.signature.substr(2, comma - 2), received.text);
}

}  // namespace

TEST_CASE("a notification arrives signed, without what the contact wrote, and is listed") {
  WebhookReceiver receiver;
  ServerFixture server(without_agents(receiver_at(receiver.url("/hook?from=sessiond"))));
  auto api = server.logged_in("reader@clinic.example.com");
  EventClient events(server.port(), token_of(server), "?types=notification");
  REQUIRE_FALSE(events.head().empty());
  write(server, "c1");
  REQUIRE(wait_for([&] { return !receiver.received().empty(); }));
  const Received got = receiver.received()[0];
  const std::string chat = chat_id_of(api, "c1");
  CHECK(got.path == "/hook");
  CHECK(got.content_type == "application/json");
  CHECK(got.body["id"] == got.delivery);
  CHECK(got.body["type"] == "ai_unavailable");
  CHECK(got.body["reason"] == "agent_missing");
  CHECK(got.body["tenant_id"] == "clinic");
  CHECK(got.body["chat_id"] == chat);
  CHECK(got.body["session_id"] == chat + "-s1");
  CHECK(got.body["created_at"].get<std::string>().size() == 24);
  CHECK(got.body.contains("detail"));
  CHECK(got.text.find("secret text") == std::string::npos);
  CHECK(got.text.find("Contact") == std::string::npos);
  CHECK(got.text.find("905551234567") == std::string::npos);
  CHECK(signature_holds(got));

  REQUIRE(wait_for([&] { return count(api, "delivered") == 1; }));
  json listed = notifications_of(api)[0];
  CHECK(listed["delivery"]["attempts"] == 1);
  CHECK(listed["delivery"]["settled_at"].is_string());
  CHECK(listed["delivery"]["last_error"].is_null());
  listed.erase("delivery");
  CHECK(listed == got.body);
  REQUIRE(events.wait_for("notification", 1));
  CHECK(events.events()[0].data == got.body);

  auto hotel = server.logged_in("admin@hotel.example.com");
  CHECK(notifications_of(hotel).empty());
  CHECK(server.client().get("/api/whatsapp/notifications").status == 401);
  CHECK(server.log().find(kSecret) == std::string::npos);
}

TEST_CASE("what waited for a receiver arrives once it is back, and nothing else does") {
  WebhookReceiver receiver;
  receiver.stop();
  ServerFixture server(without_agents(receiver_at(receiver.url())));
  auto api = server.logged_in();
  for (const char* chat : {"c1", "c2", "c3"}) write(server, chat);
  REQUIRE(wait_for([&] { return count(api, "pending") == 3; }));
  REQUIRE(wait_for([&] { return notifications_of(api).back()["delivery"]["attempts"] >= 1; }));
  CHECK(notifications_of(api).back()["delivery"]["last_error"] == "cannot connect");
  CHECK(notifications_of(api).back()["delivery"]["next_attempt_at"].is_string());

  SUBCASE("the server runs on") {}
  SUBCASE("the server is killed meanwhile") {
    server.kill_now();
    server.start();
  }
  receiver.start();
  auto again = server.logged_in();
  REQUIRE(wait_for([&] { return count(again, "delivered") == 3; }));
  std::multiset<std::string> arrived;
  std::set<std::string> listed;
  for (const auto& got : receiver.received()) {
    arrived.insert(got.delivery);
    CHECK(signature_holds(got));
  }
  for (const auto& row : notifications_of(again)) listed.insert(row["id"]);
  CHECK(arrived.size() == 3);
  CHECK(std::set<std::string>(arrived.begin(), arrived.end()) == listed);
}

TEST_CASE("errors are tried again with the same id, and Retry-After is kept") {
  WebhookReceiver receiver({Reply{500}, Reply{503, "Retry-After: 3"}, Reply{204}});
  ServerFixture server(without_agents(receiver_at(receiver.url())));
  auto api = server.logged_in();
  write(server, "c1");
  REQUIRE(wait_for([&] { return count(api, "delivered") == 1; }));
  const auto got = receiver.received();
  REQUIRE(got.size() == 3);
  CHECK(got[0].delivery == got[1].delivery);
  CHECK(got[1].delivery == got[2].delivery);
  CHECK(got[0].text == got[2].text);
  CHECK(got[1].at - got[0].at >= 450ms);
  CHECK(got[2].at - got[1].at >= 2900ms);
  CHECK(notifications_of(api)[0]["delivery"]["attempts"] == 3);
}

TEST_CASE("a redirect is an error and is not followed") {
  WebhookReceiver receiver({Reply{302, "Location: /elsewhere"}});
  ServerFixture server(without_agents(receiver_at(receiver.url())));
  auto api = server.logged_in();
  write(server, "c1");
  REQUIRE(wait_for([&] { return receiver.received().size() >= 2; }));
  for (const auto& got : receiver.received()) CHECK(got.path == "/hook");
  CHECK(notifications_of(api)[0]["delivery"]["state"] == "pending");
  CHECK(notifications_of(api)[0]["delivery"]["last_error"] == "status 302");
}

TEST_CASE("a receiver that does not answer holds up nobody else, nor the end of the server") {
  WebhookReceiver silent({Reply{200, "", true}});
  WebhookReceiver good;
  json slow = receiver_at(silent.url());
  slow["timeout_seconds"] = 600;
  ServerFixture server(without_agents(slow, receiver_at(good.url())));
  write(server, "c1");
  REQUIRE(wait_for([&] { return silent.received().size() == 1; }));
  for (const char* chat : {"h1", "h2", "h3"}) write(server, chat, "acc_2");
  auto hotel = server.logged_in("admin@hotel.example.com");
  CHECK(wait_for([&] { return count(hotel, "delivered") == 3; }));
  CHECK(good.received().size() == 3);
  CHECK(silent.received().size() == 1);
  CHECK(server.stop() == 0);
}

TEST_CASE("receivers of many tenants that do not answer hold up nobody else") {
  constexpr int kSilent = 40;
  std::vector<Reply> none = {Reply{200, "", true}};
  WebhookReceiver silent(none);
  WebhookReceiver good;
  json slow = receiver_at(silent.url());
  slow["timeout_seconds"] = 600;
  json config = without_agents(slow, receiver_at(good.url()));
  for (int n = 1; n < kSilent; ++n) {
    const std::string id = std::to_string(n);
    config["tenants"].push_back(tenant("silent" + id, "acc_silent" + id, slow));
  }
  ServerFixture server(config);
  write(server, "c0");
  for (int n = 1; n < kSilent; ++n) write(server, "c" + std::to_string(n), "acc_silent" + std::to_string(n));
  CHECK(wait_for([&] { return silent.received().size() == kSilent; }));
  write(server, "h1", "acc_2");
  CHECK(wait_for([&] { return good.received().size() == 1; }));
}

TEST_CASE("a receiver that does not answer in time is tried again") {
  WebhookReceiver receiver({Reply{200, "", true}});
  json impatient = receiver_at(receiver.url());
  impatient["timeout_seconds"] = 0.5;
  ServerFixture server(without_agents(impatient));
  auto api = server.logged_in();
  write(server, "c1");
  REQUIRE(wait_for([&] { return receiver.received().size() >= 2; }));
  CHECK(notifications_of(api)[0]["delivery"]["last_error"] == "no answer in time");
}

TEST_CASE("an acceptance without an end is cut off and counts") {
  // One trickles until there is no more time for it; the other one is too much long before that.
  WebhookReceiver trickling({Reply{200, "", false, 1}});
  WebhookReceiver flooding({Reply{200, "", false, 1'000'000}});
  json impatient = receiver_at(trickling.url());
  impatient["timeout_seconds"] = 3;
  ServerFixture server(without_agents(impatient, receiver_at(flooding.url())));
  write(server, "c1");
  write(server, "h1", "acc_2");
  auto clinic = server.logged_in();
  auto hotel = server.logged_in("admin@hotel.example.com");
  CHECK(wait_for([&] { return count(hotel, "delivered") == 1; }));
  CHECK(flooding.received().size() == 1);
  CHECK(wait_for([&] { return count(clinic, "delivered") == 1; }));
  // Tried again only where the receiver had not even begun to answer in time.
  const std::string log = server.log();
  std::size_t late = 0;
  for (auto at = log.find("notification.retry"); at != std::string::npos; at = log.find("notification.retry", at + 1)) {
    ++late;
  }
  CHECK(notifications_of(clinic)[0]["delivery"]["attempts"] == late + 1);
  CHECK(trickling.received().size() <= late + 1);
}

TEST_CASE("without a receiver a notification is listed and nothing more") {
  ServerFixture server(without_agents(nullptr));
  auto api = server.logged_in();
  write(server, "c1");
  REQUIRE(wait_for([&] { return count(api, "no_receiver") == 1; }));
  CHECK(notifications_of(api)[0]["delivery"]["attempts"] == 0);
  const json page = api.get("/api/whatsapp/notifications?limit=1&page=2").body;
  CHECK(page["data"].empty());
  CHECK(page["pagination"] == json({{"page", 2}, {"limit", 1}, {"total", 1}, {"pages", 1}}));
}

TEST_CASE("the file's receiver is every tenant's, a tenant's own wins") {
  WebhookReceiver all;
  WebhookReceiver own;
  json config = without_agents(nullptr, receiver_at(own.url()));
  config["notifications"] = receiver_at(all.url());
  ServerFixture server(config);
  write(server, "c1");
  write(server, "h1", "acc_2");
  REQUIRE(wait_for([&] { return all.received().size() == 1 && own.received().size() == 1; }));
  CHECK(all.received()[0].body["tenant_id"] == "clinic");
  CHECK(own.received()[0].body["tenant_id"] == "hotel");
}

TEST_CASE("after a day it is given up, and that is logged") {
  WebhookReceiver receiver({Reply{500}});
  ServerFixture server(without_agents(receiver_at(receiver.url())));
  REQUIRE(server.stop() == 0);
  SQLite::Database(server.database(), SQLite::OPEN_READWRITE)
      .exec(
          "INSERT INTO notifications (id, tenant, notice, detail, account, created_at_ms, next_attempt_ms)"
          " VALUES ('old', 'clinic', 'account_disconnected', '', 'acc_1', (unixepoch() - 86500) * 1000, 0)");
  server.start();
  auto api = server.logged_in();
  REQUIRE(wait_for([&] { return count(api, "failed") == 1; }));
  CHECK(receiver.received().size() == 1);
  CHECK(receiver.received()[0].body["type"] == "account_disconnected");
  CHECK(receiver.received()[0].body["account_id"] == "acc_1");
  CHECK(receiver.received()[0].body["chat_id"].is_null());
  CHECK(notifications_of(api)[0]["delivery"]["last_error"] == "status 500");
  CHECK(server.log().find("notification.failed") != std::string::npos);
}

TEST_CASE("the README's example accepts our signature and no other") {
  std::ifstream in(SESSIOND_README);
  const std::string readme{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const std::string fence = "```python\n";
  const auto begin = readme.find(fence);
  REQUIRE(begin != std::string::npos);
  const auto code = readme.substr(begin + fence.size(), readme.find("```", begin + 3) - begin - fence.size());

  WebhookReceiver receiver;
  ServerFixture server(without_agents(receiver_at(receiver.url())));
  write(server, "c1");
  REQUIRE(wait_for([&] { return !receiver.received().empty(); }));
  const Received got = receiver.received()[0];
  const std::string file = server.folder() + "/check.py";
  std::ofstream(server.folder() + "/body") << got.text;
  std::ofstream(file) << code << "\nimport sys\nbody = open(sys.argv[3], 'rb').read()\n"
                      << "sys.exit(0 if signature_is_good(sys.argv[1], sys.argv[2], body) else 7)\n";
  const auto exit_code = [&](const std::string& secret, const std::string& signature) {
    const std::string command = "PYTHONDONTWRITEBYTECODE=1 python3 " + file + " '" + secret + "' '" + signature + "' " +
                                server.folder() + "/body";
    return WEXITSTATUS(std::system(command.c_str()));
  };
  CHECK(exit_code(kSecret, got.signature) == 0);
  CHECK(exit_code(kSecret + "x", got.signature) == 7);
  std::string other = got.signature;
  other.back() = other.back() == '0' ? '1' : '0';
  CHECK(exit_code(kSecret, other) == 7);
  const std::string long_ago = std::to_string(1'000'000'000);
  CHECK(exit_code(kSecret, signature_by_hand(kSecret, long_ago, got.text)) == 7);
  CHECK(exit_code(kSecret, "nonsense") == 7);
}

TEST_CASE("pauses double, are capped, and are spread by chance") {
  namespace server = sessioncore::server;
  server::NotifierOptions options;
  double chance = 0;
  options.random = [&] { return chance; };
  CHECK(server::pause_after(1, options) == 1s);
  CHECK(server::pause_after(2, options) == 2s);
  CHECK(server::pause_after(5, options) == 16s);
  CHECK(server::pause_after(9, options) == 256s);
  CHECK(server::pause_after(10, options) == 5min);
  CHECK(server::pause_after(4'000'000'000U, options) == 5min);
  chance = 0.999;
  CHECK(server::pause_after(1, options) >= 500ms);
  CHECK(server::pause_after(1, options) < 510ms);
}

TEST_CASE("every notice has a type of the outside") {
  namespace core = sessioncore;
  const std::set<std::string> types = {"needs_human", "ai_unavailable", "send_failed", "send_held", "send_uncertain"};
  for (int n = 0; n <= static_cast<int>(core::Notice::message_limit); ++n) {
    CHECK(types.count(core::server::notification_type(to_string(static_cast<core::Notice>(n)))) == 1);
  }
  CHECK(core::server::notification_type("human_wanted") == "needs_human");
  CHECK(core::server::notification_type("turn_limit") == "needs_human");
}

TEST_CASE("addresses of receivers are read strictly") {
  const auto parsed = sessioncore::server::parse_webhook_url("https://hooks.example.com:8443/a/b?c=d");
  REQUIRE(parsed);
  CHECK(parsed->host == "https://hooks.example.com:8443");
  CHECK(parsed->path == "/a/b?c=d");
  CHECK(sessioncore::server::parse_webhook_url("http://[::1]:80")->path == "/");
  CHECK(sessioncore::server::parse_webhook_url("http://example.com?x")->path == "/?x");
  for (const char* bad :
       {"", "example.com", "ftp://example.com", "http://", "http://user:pw@example.com/", "http://example.com:0/",
        "http://example.com:99999/", "http://exa mple.com/", "http://example.com/a b", "http://example.com/\r\nX: y",
        "http://example.com/#a", "http://[::1/", "http://:80/"}) {
    CHECK_MESSAGE(!sessioncore::server::parse_webhook_url(bad), bad);
  }
}
