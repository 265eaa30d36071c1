// Which of our tenants an old one becomes, and what of its settings comes along.
#include "support/import_run.hpp"

using namespace e2e;
using std::chrono::minutes;

TEST_CASE("unknown tenants are told by name, or created with their agents and settings") {
  Move move;
  move.stop();
  const std::string agent = object_id(5, 1);
  move.old.add("tenants", {{"_id", move.old.id(kStranger)},
                           {"name", "The harbour"},
                           {"enabled_features", {"whatsapp_agent"}},
                           {"settings",
                            {{"whatsapp_agent",
                              {{"unipile_account_id", "acc_9"},
                               {"elevenlabs_agent_id", "agent_2"},
                               {"grace_period_seconds", move.old.number(5)},
                               {"blacklisted_numbers", {"+90 555 000 00 00"}}}}}}});
  move.old.add("agents", {{"_id", move.old.id(agent)}, {"name", "Pilot"}, {"elevenlabs_agent_id", "agent_2"}});
  move.old.add("whatsappchats", move.old.chat(object_id(1, 1), kStranger, "prov_1", now() - minutes(5)));
  json chat = move.old.chat(object_id(1, 2), kStranger, "prov_2", now() - minutes(5));
  chat["unipile_account_id"] = "acc_9";
  move.old.add("whatsappchats", chat);
  move.old.add("tenants", {{"_id", move.old.id(kTenant)},
                           {"name", "clinic"},
                           {"settings", {{"whatsapp_agent", {{"elevenlabs_agent_id", "agent_9"}}}}}});
  const Ended refused = move.import("--dry-run");
  CHECK(refused.says("tenants.ndjson:2: tenant clinic has no agent with the ElevenLabs id"));
  CHECK(refused.code == 3);
  CHECK(refused.says("tenants.ndjson:1: \"The harbour\" is none of our tenants"));
  CHECK(refused.says("whatsappchats.ndjson:2: tenant_id: \"The harbour\" is none of our tenants"));
  CHECK(move.import("--create-tenants").code == 0);
  SQLite::Database database(move.server.database(), SQLite::OPEN_READWRITE);
  SQLite::Statement row(database, "SELECT name, settings FROM tenants WHERE id = ?");
  row.bind(1, kStranger);
  REQUIRE(row.executeStep());
  CHECK(row.getColumn(0).getString() == "The harbour");
  const json settings = json::parse(row.getColumn(1).getString());
  CHECK(settings["agent_id"] == agent);
  CHECK(settings["agents"][0]["elevenlabs_agent_id"] == "agent_2");
  CHECK(settings["blacklisted_numbers"] == json::array({"+905550000000"}));
  CHECK(settings["policy"]["grace_period_seconds"] == 30);
}

TEST_CASE("two tenants never become one: neither by --tenant, nor by account or name") {
  Move move;
  move.stop();
  const auto add_tenant = [&](const std::string& id, const std::string& name, const std::string& account) {
    move.old.add("tenants",
                 {{"_id", id}, {"name", name}, {"settings", {{"whatsapp_agent", {{"unipile_account_id", account}}}}}});
  };
  const Instant at = now() - minutes(5);
  move.old.add("whatsappchats", move.old.chat(object_id(1, 1), kTenant, "prov_1", at));
  move.old.add("whatsappchats", move.old.chat(object_id(1, 2), kStranger, "prov_2", at));
  const std::string content = content_of(move.server.database());

  const Ended twice = move.import("--tenant clinic=" + kTenant + " --tenant clinic=" + kStranger);
  CHECK(twice.code == 2);
  CHECK(twice.says("clinic cannot be both " + kTenant + " and " + kStranger));
  CHECK(
      move.import("--tenant clinic=" + kTenant + " --tenant hotel=" + kTenant).says("cannot be both clinic and hotel"));

  add_tenant(kTenant, "clinic", "");
  add_tenant(kStranger, "clinic", "");
  const Ended names = move.import("--create-tenants --json");
  CHECK(names.code == 3);
  CHECK(report_of(names)["counts"]["chats"] == counts(2, 0, 0, 2, 0));
  CHECK(names.says("may be one of our tenants, or not; say which with --tenant"));
  CHECK(content_of(move.server.database()) == content);

  std::filesystem::remove(move.old.path("tenants"));
  add_tenant(kTenant, "clinic", "acc_1");
  add_tenant("clinic", "Another", "");
  const Ended accounts = move.import("--create-tenants");
  CHECK(accounts.code == 2);
  CHECK(accounts.says(kTenant));
  CHECK(accounts.says("clinic (\"Another\")"));
  CHECK(content_of(move.server.database()) == content);

  // Who says which is which gets both: the other one is created.
  std::filesystem::remove(move.old.path("tenants"));
  add_tenant(kTenant, "clinic", "");
  add_tenant(kStranger, "clinic", "");
  CHECK(move.import("--create-tenants --tenant clinic=" + kTenant).code == 0);
  SQLite::Database database(move.server.database(), SQLite::OPEN_READONLY);
  CHECK(database.execAndGet("SELECT tenant FROM chats WHERE external_id = 'prov_1'").getString() == "clinic");
  CHECK(database.execAndGet("SELECT tenant FROM chats WHERE external_id = 'prov_2'").getString() == kStranger);
}

TEST_CASE("two old tenants with one account: the second is created without it, by line") {
  Move move;
  move.stop();
  const auto add_tenant = [&](const std::string& id, const std::string& name) {
    move.old.add("tenants", {{"_id", id},
                             {"name", name},
                             {"enabled_features", {"whatsapp_agent"}},
                             {"settings", {{"whatsapp_agent", {{"unipile_account_id", "acc_8"}}}}}});
  };
  add_tenant(kTenant, "The harbour");
  add_tenant(kStranger, "The lighthouse");
  move.old.add("whatsappchats", move.old.chat(object_id(1, 1), kStranger, "prov_1", now() - minutes(5)));
  const Ended ended = move.import("--create-tenants");
  CHECK(ended.says("tenants.ndjson:2: unipile_account_id: the tenant " + kTenant + " has this account"));
  SQLite::Database database(move.server.database(), SQLite::OPEN_READONLY);
  const auto account_of = [&](const std::string& id) {
    SQLite::Statement row(database, "SELECT settings FROM tenants WHERE id = ?");
    row.bind(1, id);
    REQUIRE(row.executeStep());
    return json::parse(row.getColumn(0).getString()).value("unipile_account_id", "");
  };
  CHECK(account_of(kTenant) == "acc_8");
  CHECK(account_of(kStranger).empty());
}

TEST_CASE("an old tenant is the one of ours that owns its account, not one whose description names it") {
  Move move;
  move.stop();
  {
    SQLite::Database database(move.server.database(), SQLite::OPEN_READWRITE);
    database.exec(R"(UPDATE tenants SET changes = '{"unipile_account_id": "acc_1"}' WHERE id = 'hotel')");
  }
  move.add_tenant();
  move.old.add("whatsappchats", move.old.chat(object_id(1, 1), kTenant, "prov_1", now() - minutes(5)));
  CHECK(move.import().code == 0);
  SQLite::Database database(move.server.database(), SQLite::OPEN_READONLY);
  CHECK(database.execAndGet("SELECT tenant FROM chats WHERE external_id = 'prov_1'").getString() == "hotel");
}

TEST_CASE("a session or message of another tenant than its chat stays out, by line") {
  Move move;
  move.stop();
  const Instant at = now() - minutes(5);
  move.old.add("whatsappchats", move.old.chat(object_id(1, 1), kTenant, "prov_1", at));
  json session = move.old.session(object_id(2, 1), object_id(1, 1), "resolved", at);
  move.old.add("whatsappsessions", session);
  session.update({{"_id", object_id(2, 2)}, {"tenant_id", kStranger}});
  move.old.add("whatsappsessions", session);
  json message = move.old.message(object_id(3, 1), object_id(1, 1), nullptr, "ours", at);
  move.old.add("whatsappmessages", message);
  message.update({{"_id", object_id(3, 2)}, {"unipile_message_id", "um_2"}, {"tenant_id", kStranger}});
  move.old.add("whatsappmessages", message);
  const Ended ended = move.import("--tenant clinic=" + kTenant);
  CHECK(ended.code == 3);
  CHECK(ended.says("whatsappsessions.ndjson:2: tenant_id: is not that of its chat"));
  CHECK(ended.says("whatsappmessages.ndjson:2: tenant_id: is not that of its chat"));
  SQLite::Database database(move.server.database(), SQLite::OPEN_READONLY);
  CHECK(database.execAndGet("SELECT count(*) FROM messages").getInt() == 1);
  CHECK(database.execAndGet("SELECT count(*) FROM sessions").getInt() == 1);
}

TEST_CASE("the blacklist and the grace period of a tenant that is here come along, until they are changed here") {
  Move move;
  {
    auto api = move.server.logged_in();
    REQUIRE(api.get("/api/whatsapp/connection-status").body["grace_period_seconds"] == 600);
  }
  move.stop();
  move.forget_database();
  const json settings = {{"unipile_account_id", "acc_1"},
                         {"grace_period_seconds", move.old.number(240)},
                         {"blacklisted_numbers", {"+90 555 000 00 01", "junk", 7, "+905559999999", "0555 000 00 04"}}};
  move.old.add("tenants", {{"_id", kTenant}, {"name", "The clinic"}, {"settings", {{"whatsapp_agent", settings}}}});
  move.old.add("whatsappchats", move.old.chat(object_id(1, 1), kTenant, "prov_1", now() - minutes(5)));
  const Ended ended = move.import("--json");
  CHECK(ended.code == 3);
  CHECK(report_of(ended)["counts"]["settings"] == counts(6, 2, 1, 0, 3));
  CHECK(report_of(ended)["counts"]["chats"]["imported"] == 1);
  CHECK(ended.says("settings.whatsapp_agent.blacklisted_numbers[1]: expected a phone number\""));
  CHECK(ended.says("settings.whatsapp_agent.blacklisted_numbers[4]: expected a phone number with its country code"));

  move.server.start();
  auto api = move.server.logged_in();
  const std::string blacklist = api.get("/api/whatsapp/blacklist").body.dump();
  CHECK(blacklist.find("+905550000001") != std::string::npos);
  CHECK(blacklist.find("+905559999999") != std::string::npos);
  CHECK(api.get("/api/whatsapp/connection-status").body["grace_period_seconds"] == 240);
  json blocked = message_webhook("prov_9", "m9", "let me in");
  blocked["sender"]["attendee_specifics"]["phone_number"] = "+905550000001";
  blocked["sender"]["attendee_public_identifier"] = "905550000001@s.whatsapp.net";
  blocked["attendees"] = json::array({blocked["sender"]});
  auto client = move.server.client();
  REQUIRE(deliver(client, blocked).status == 200);
  const std::string id = chat_id_of(api, "prov_9");
  CHECK(messages_of(api, id).size() == 1);
  CHECK(api.get("/api/whatsapp/chats/" + id + "/sessions").body["data"].empty());

  REQUIRE(api.put("/api/whatsapp/config", {{"grace_period_seconds", 300}}).status == 200);
  move.stop();
  const Ended again = move.import("--json");
  CHECK(report_of(again)["counts"]["settings"] == counts(6, 0, 2, 1, 3));
  CHECK(again.says("grace_period_seconds: was changed here"));
  move.server.start();
  auto later = move.server.logged_in();
  CHECK(later.get("/api/whatsapp/connection-status").body["grace_period_seconds"] == 300);
}

TEST_CASE("a bad setting costs itself, and an agent goes only to its own tenant") {
  Move move;
  move.stop();
  const auto add_tenant = [&](std::uint32_t number, const json& settings) {
    move.old.add("tenants", {{"_id", object_id(9, number)},
                             {"name", "tenant " + std::to_string(number)},
                             {"settings", {{"whatsapp_agent", settings}}}});
  };
  add_tenant(7, {{"agent_id", object_id(5, 1)}, {"grace_period_seconds", 99'999}});
  add_tenant(8, {{"grace_period_seconds", "x"}, {"elevenlabs_agent_id", "nope"}, {"unipile_account_id", "acc_8"}});
  move.old.add("agents",
               {{"_id", object_id(5, 1)}, {"tenant_id", object_id(9, 8)}, {"elevenlabs_agent_id", "agent_2"}});
  move.old.add("agents",
               {{"_id", object_id(5, 2)}, {"tenant_id", object_id(9, 6)}, {"elevenlabs_agent_id", "agent_3"}});
  move.old.add("whatsappchats", move.old.chat(object_id(1, 1), object_id(9, 8), "prov_1", now() - minutes(5)));
  const Ended ended = move.import("--create-tenants --json");
  CHECK(ended.code == 3);
  const json report = report_of(ended);
  CHECK(report["counts"]["tenants"]["imported"] == 2);
  CHECK(report["counts"]["chats"]["imported"] == 1);
  CHECK(report["counts"]["agents"] == counts(2, 1, 0, 1, 0));
  CHECK(report["counts"]["settings"] == counts(2, 1, 0, 0, 1));
  CHECK(ended.says("settings.whatsapp_agent.grace_period_seconds: expected a"));
  CHECK(ended.says("agent_id: belongs to another tenant; the tenant was created without an agent"));
  CHECK(ended.says("elevenlabs_agent_id: is that of no agent in the export"));
  CHECK(ended.says("99999 is not between 30 and 1800; now 1800"));
  SQLite::Database database(move.server.database(), SQLite::OPEN_READONLY);
  const auto settings_of = [&](std::uint32_t number) {
    SQLite::Statement row(database, "SELECT settings FROM tenants WHERE id = ?");
    row.bind(1, object_id(9, number));
    REQUIRE(row.executeStep());
    return json::parse(row.getColumn(0).getString());
  };
  CHECK_FALSE(settings_of(7).contains("agent_id"));
  CHECK(settings_of(8)["unipile_account_id"] == "acc_8");
  CHECK(settings_of(8)["agents"].size() == 1);
}
