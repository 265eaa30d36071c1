// `sessiond purge` beside a server that runs, on a database that is months old.
#include "support/command.hpp"
#include "support/load.hpp"
#include "support/past.hpp"
#include "support/provider.hpp"
#include "support/server_fixture.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>

#include <sessioncore/runtime/system_clock.hpp>
#include <sessioncore/sqlite/agent_conversations.hpp>
#include <sessioncore/sqlite/notifications.hpp>

using namespace e2e;
using namespace std::chrono_literals;
using sessioncore::test_support::Past;

namespace {

std::string purge(const ServerFixture& server, const std::string& options) {
  return "purge --config " + server.folder() + "/sessiond.json " + options;
}

/// A server whose database holds chats of the past: of each, a session that ended 100 days ago and one that ended
/// 20 days ago; one more chat of another tenant, all of it old.
struct OldServer : ServerFixture {
  static constexpr int kChats = 30;

  OldServer() {
    REQUIRE(stop() == 0);
    {
      Past past(database(), sessioncore::SystemClock().now(), "whatsapp");
      for (int n = 0; n < kChats; ++n) {
        for (const int days : {100, 20}) {
          past.days_ago(days);
          const std::string id = name(n) + "-" + std::to_string(days);
          past.contact(name(n), id);
          past.phone(name(n), id + "p");
        }
      }
      past.days_ago(200);
      past.contact("guest", "g1", "hotel");
      past.phone("guest", "g2", "hotel");
    }
    start();
  }
  static std::string name(int n) { return "old_" + std::to_string(n); }
};

std::size_t total_of(JsonClient& api, const std::string& path) {
  return api.get(path).body.at("pagination").at("total").get<std::size_t>();
}

}  // namespace

TEST_CASE("purge beside a server under load: what is old goes, nothing else changes, everything is proved") {
  OldServer server;
  auto api = server.logged_in();
  auto client = server.client();
  // The server has the old chats in memory, as a server that runs for months would.
  for (int n = 0; n < OldServer::kChats; ++n) {
    const std::string id = OldServer::name(n) + "-20";
    REQUIRE(deliver(client, message_webhook(OldServer::name(n), id, "text of " + id)).status == 200);
  }
  const auto began = std::chrono::steady_clock::now();
  Load load(server);
  REQUIRE(sessioncore::story::wait_until(60s, [&] { return load.answered() >= 100; }));

  const auto dry = sessiond(purge(server, "--older-than 90d --dry-run"));
  CHECK(dry.code == 0);
  CHECK(dry.says("tenant clinic: 60 messages, 30 sessions, 60 decisions of 30 chats would be deleted"));
  CHECK(dry.says("tenant hotel: 2 messages, 1 sessions, 2 decisions of 1 chats would be deleted"));
  CHECK(dry.says("all: 62 messages"));
  const std::string first = chat_id_of(api, OldServer::name(0));
  CHECK(total_of(api, "/api/whatsapp/chats/" + first + "/messages") == 4);

  const auto only = sessiond(purge(server, "--older-than 90d --tenant clinic"));
  CHECK(only.code == 0);
  CHECK(only.says("tenant clinic: 60 messages, 30 sessions, 60 decisions of 30 chats deleted"));
  CHECK_FALSE(only.says("hotel"));
  // The server waits five seconds for the file: on a machine that stood still for as long it was right to refuse.
  const bool stood_still = std::chrono::steady_clock::now() - began >= 5s;
  CHECK((load.busy() == 0 || stood_still));

  // The same message again is still known; an edit of one that is gone is not; new ones count on.
  const std::string path = "/api/whatsapp/chats/" + first;
  CHECK(total_of(api, path + "/messages") == 2);
  CHECK(total_of(api, path + "/sessions") == 1);
  CHECK(deliver(client, message_webhook(OldServer::name(0), OldServer::name(0) + "-20", "x")).status == 200);
  json edit = message_webhook(OldServer::name(0), OldServer::name(0) + "-100", "changed");
  edit["event"] = "message_edited";
  CHECK(deliver(client, edit).status == 200);
  CHECK(total_of(api, path + "/messages") == 2);
  json fresh = message_webhook(OldServer::name(0), "new", "hello again");
  fresh["timestamp"] = ago(0s);
  CHECK(deliver(client, fresh).status == 200);
  const json messages = messages_of(api, first);
  CHECK(messages.size() == 3);
  CHECK(messages.back().at("_id") == first + "-m5");
  load.stop();
  const auto proved = sessiond("replay --all --database " + server.database());
  CHECK_MESSAGE(proved.code == 0, proved.output);
  CHECK(proved.says("all equal"));
  CHECK(sessiond("replay " + first + " --database " + server.database()).says("from number 2 on, equal"));
}

TEST_CASE("purge names a tenant that there is none of, and takes one that has nothing") {
  ServerFixture server;
  const auto unknown = sessiond(purge(server, "--older-than 90d --tenant nobody"));
  CHECK(unknown.code == 1);
  CHECK(unknown.says("--tenant: there is no tenant nobody"));
  CHECK(sessiond(purge(server, "--older-than 90d --tenant hotel")).code == 0);
}

TEST_CASE("purge can take empty chats and give the space back") {
  OldServer server;
  REQUIRE(server.stop() == 0);
  const auto all = sessiond(purge(server, "--older-than 10d --delete-empty-chats --vacuum"));
  CHECK(all.code == 0);
  // The other tenant has an account that the provider does not know: what its chats are told of that is young.
  CHECK_MESSAGE(all.says("of 30 chats deleted, and 30 chats themselves"), all.output);
  CHECK(all.says("the file was made smaller"));
  server.start();
  auto api = server.logged_in();
  CHECK(total_of(api, "/api/whatsapp/chats") == 0);
  auto client = server.client();
  CHECK(deliver(client, message_webhook(OldServer::name(0), "m1", "hello")).status == 200);
  CHECK(total_of(api, "/api/whatsapp/chats") == 1);
}

TEST_CASE("purge tells of notifications and reports, and leaves those of other tenants") {
  OldServer server;
  // What is put into the file below is not yet there for the server that would deliver it.
  REQUIRE(server.stop() == 0);
  const auto old = sessioncore::SystemClock().now() - std::chrono::hours(24 * 100);
  {
    const auto reports = sessioncore::sqlite::SqliteAgentConversations::open(server.database());
    const auto notifications = sessioncore::sqlite::SqliteNotifications::open(server.database());
    REQUIRE(reports.has_value());
    REQUIRE(notifications.has_value());
    for (const char* tenant : {"clinic", "hotel", ""}) {
      sessioncore::sqlite::AgentConversation report;
      report.conversation_id = std::string("of ") + tenant;
      report.tenant = sessioncore::TenantId(tenant);
      report.told_at = report.received_at = old;
      REQUIRE((*reports)->store(report).has_value());
    }
    for (const char* tenant : {"clinic", "hotel"}) {
      const auto added =
          (*notifications)
              ->add({sessioncore::TenantId(tenant), sessioncore::AccountId("acc_1"), "account_connected", "", old});
      REQUIRE(added.has_value());
      REQUIRE((*notifications)->mark_delivered(added->id, old).has_value());
    }
  }
  server.start();
  const auto dry = sessiond(purge(server, "--older-than 90d --dry-run"));
  CHECK(dry.says("of 30 chats would be deleted, 1 notifications, 1 reports of agent conversations"));
  CHECK(dry.says("no tenant: 0 messages, 0 sessions, 0 decisions of 0 chats would be deleted, 1 reports of agent"));
  const auto only = sessiond(purge(server, "--older-than 90d --tenant hotel"));
  CHECK(only.says("all: 2 messages, 1 sessions, 2 decisions of 1 chats deleted, 1 notifications, 1 reports of agent"));
  const auto all = sessiond(purge(server, "--older-than 90d"));
  CHECK(all.code == 0);
  CHECK(all.says("of 30 chats deleted, 1 notifications, 2 reports of agent conversations"));
  auto api = server.logged_in();
  CHECK(total_of(api, "/api/whatsapp/notifications") == 0);
}

TEST_CASE("purge wants an age with a unit, old enough, and says what is wrong with another") {
  ServerFixture server;
  const auto refused = [&](const std::string& age) {
    const auto ended = sessiond(purge(server, "--older-than " + age));
    CHECK(ended.code != 0);
    return ended.output;
  };
  CHECK(refused("90").find("'90' has no unit") != std::string::npos);
  CHECK(refused("90y").find("unit must be d, h or m") != std::string::npos);
  CHECK(refused("0d").find("more than nothing") != std::string::npos);
  CHECK(refused("soon").find("is no age") != std::string::npos);
  CHECK(refused("9999999999d").find("is no age") != std::string::npos);
  CHECK(refused("6d").find("at least 7 days") != std::string::npos);
  CHECK(refused("30m").find("at least 7 days") != std::string::npos);
  CHECK(sessiond("purge --config " + server.folder() + "/sessiond.json").code != 0);
  CHECK(sessiond(purge(server, "--older-than 168h")).code == 0);
}
