// The directory of tenants: what describes them, what was changed at run time, and who sees it when.
#include "http/reply.hpp"
#include "tenants.hpp"

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace sessioncore;
using namespace sessioncore::server;
using nlohmann::json;
using namespace std::chrono_literals;

namespace {

json usual_file() {
  return json::parse(R"({
    "database": "sessiond.db", "jwt_secret": "0123456789abcdef0123456789abcdef",
    "unipile": {"base_url": "http://127.0.0.1:9101", "api_key": "k1", "webhook_secret": "w1"},
    "elevenlabs": {"base_url": "http://127.0.0.1:9102", "api_key": "k2"},
    "policy": {"reply_timeout_seconds": 7},
    "tenants": [{"id": "clinic", "name": "Clinic", "features": ["whatsapp_agent"], "unipile_account_id": "acc_1",
                 "agents": [{"id": "day", "elevenlabs_agent_id": "agent_1"},
                            {"id": "night", "elevenlabs_agent_id": "agent_2"}],
                 "agent_id": "day", "policy": {"grace_period_seconds": 60}},
                {"id": "hotel", "features": ["whatsapp_agent"], "unipile_account_id": "acc_2"}]
  })");
}

class World {
 public:
  World() {
    std::string folder = (std::filesystem::temp_directory_path() / "sessiond-directory-XXXXXX").string();
    REQUIRE(::mkdtemp(folder.data()) != nullptr);
    folder_ = folder;
  }
  ~World() { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string database() const { return (folder_ / "sessiond.db").string(); }
  [[nodiscard]] Config config() const {
    return parse_config(file.dump(), "", [](const auto&) { return std::nullopt; });
  }
  [[nodiscard]] std::unique_ptr<sqlite::SqliteUsers> table() const {
    sqlite::Options options;
    options.busy_timeout = 100ms;
    auto opened = sqlite::SqliteUsers::open(database(), options);
    REQUIRE(opened);
    return std::move(*opened);
  }
  [[nodiscard]] std::unique_ptr<Tenants> tenants() const { return std::make_unique<Tenants>(table(), config()); }

  json file = usual_file();

 private:
  std::filesystem::path folder_;
};

const TenantId kClinic("clinic");
const TenantId kHotel("hotel");

ChatFacts chat_of(const TenantId& tenant, const std::string& phone = "+905551234567") {
  ChatFacts facts;
  facts.key.tenant = tenant;
  facts.contact_phone = phone;
  return facts;
}

int status_of(Tenants& tenants, const TenantId& id, const std::function<void(TenantSettings&)>& change_it) {
  try {
    tenants.change(id, change_it);
  } catch (const HttpError& error) {
    return error.status;
  }
  return 200;
}

void block(TenantSettings& settings) {
  settings.blacklisted_numbers.emplace_back("+90 555 123 45 67");
}

}  // namespace

TEST_CASE("what was changed at run time counts at once, over restarts, and wins over the file") {
  World world;
  auto tenants = world.tenants();
  const auto before = tenants->find(kClinic);
  tenants->change(kClinic, [](TenantSettings& settings) {
    settings.unipile_account_id = "acc_9";
    settings.unipile_account_status = "ok";
    settings.connected_at = Instant{1'780'000'000'123};
    settings.connected_phone = "+905550000000";
    settings.agent_id = AgentId("night");
    settings.grace_period = 90500ms;
    settings.blacklisted_numbers = {"0090 (555) 123-45 67"};
  });
  CHECK(before->unipile_account_id == "acc_1");  // who has it keeps it

  const auto check = [&](const Tenants& seen) {
    const auto clinic = seen.find(kClinic);
    CHECK(clinic->unipile_account_id == "acc_9");
    CHECK(clinic->unipile_account_status == "ok");
    CHECK(clinic->connected_at == Instant{1'780'000'000'123});
    CHECK(clinic->connected_phone == "+905550000000");
    CHECK(clinic->agent_id == AgentId("night"));
    CHECK(clinic->grace_period == 90500ms);
    CHECK(clinic->blacklisted_numbers == std::vector<std::string>{"+905551234567"});
    CHECK(seen.of_account("acc_9") == clinic);
    CHECK(seen.of_account("acc_1") == nullptr);
  };
  check(*tenants);
  const auto policy = tenants->policy(chat_of(kClinic));
  CHECK(policy->agent == AgentId("night"));
  CHECK(policy->grace_period == 90500ms);
  CHECK(policy->blacklisted);
  CHECK_FALSE(tenants->policy(chat_of(kClinic, "+905550000001"))->blacklisted);

  world.file["tenants"][0]["name"] = "Clinic at the Sea";
  world.file["tenants"][0]["agent_id"] = "day";
  world.file["tenants"][0]["policy"] = {{"grace_period_seconds", 30}, {"reply_timeout_seconds", 5}};
  tenants = world.tenants();
  check(*tenants);
  CHECK(tenants->find(kClinic)->name == "Clinic at the Sea");
  CHECK(tenants->policy(chat_of(kClinic))->reply_timeout == 5s);
}

TEST_CASE("what was not changed at run time follows the file") {
  World world;
  auto tenants = world.tenants();
  tenants->change(kClinic, block);
  world.file["tenants"][0]["policy"]["grace_period_seconds"] = 30;
  world.file["tenants"][0]["agent_id"] = "night";
  tenants->load(world.config());
  CHECK(tenants->find(kClinic)->grace_period == 30s);
  CHECK(tenants->policy(chat_of(kClinic))->grace_period == 30s);
  CHECK(tenants->policy(chat_of(kClinic))->agent == AgentId("night"));
  CHECK(tenants->policy(chat_of(kClinic))->blacklisted);

  world.file["tenants"].erase(0);
  tenants->load(world.config());
  CHECK(tenants->find(kClinic) == nullptr);
  CHECK_FALSE(tenants->policy(chat_of(kClinic))->agent.has_value());
  CHECK(tenants->of_account("acc_1") == nullptr);
}

TEST_CASE("a policy keeps its pointer while nothing has changed for it") {
  World world;
  auto tenants = world.tenants();
  const auto clinic = tenants->policy(chat_of(kClinic, "+905550000001"));
  const auto hotel = tenants->policy(chat_of(kHotel));
  tenants->change(kClinic, block);
  tenants->load(world.config());
  // A number on the list changes for whom, not the policies.
  CHECK(tenants->policy(chat_of(kClinic, "+905550000001")) == clinic);
  tenants->change(kClinic, [](TenantSettings& settings) { settings.grace_period = 40s; });
  CHECK(tenants->policy(chat_of(kClinic, "+905550000001")) != clinic);
  CHECK(clinic->grace_period == 60s);
  CHECK(tenants->policy(chat_of(kHotel)) == hotel);
}

TEST_CASE("a tenant without the feature has no agent, whatever its settings say") {
  World world;
  auto tenants = world.tenants();
  CHECK(tenants->policy(chat_of(kClinic))->agent == AgentId("day"));
  world.file["tenants"][0]["features"] = json::array();
  tenants->load(world.config());
  CHECK_FALSE(tenants->policy(chat_of(kClinic))->agent.has_value());
  world.file["tenants"][0]["features"] = {"whatsapp_agent"};
  tenants->load(world.config());
  CHECK(tenants->policy(chat_of(kClinic))->agent == AgentId("day"));
}

TEST_CASE("chats know whether their account catches up, but only if it is connected and theirs") {
  World world;
  auto tenants = world.tenants();
  tenants->catching_up().begin(kClinic, Instant{1'780'000'000'123});
  CHECK(tenants->policy(chat_of(kClinic))->account == AccountState::catching_up);
  CHECK(tenants->policy(chat_of(kHotel))->account == AccountState::connected);
  ChatFacts former = chat_of(kClinic);
  former.account = AccountId("acc_former");
  CHECK(tenants->policy(former)->account == AccountState::disconnected);
  tenants->change(kClinic, [](TenantSettings& settings) { settings.unipile_account_status = "credentials"; });
  CHECK(tenants->policy(chat_of(kClinic))->account == AccountState::disconnected);
  tenants->change(kClinic, [](TenantSettings& settings) { settings.unipile_account_status = "ok"; });
  CHECK(tenants->policy(chat_of(kClinic))->account == AccountState::catching_up);
  CHECK(tenants->catching_up().finished(kClinic, Instant{1'780'000'000'124}));
  CHECK(tenants->policy(chat_of(kClinic))->account == AccountState::connected);
}

TEST_CASE("catching up ends with a search that began after it did, or when it takes too long") {
  const Instant begun{1'780'000'000'000};
  CatchingUp catching_up;
  catching_up.begin(kClinic, begun);
  CHECK_FALSE(catching_up.finished(kClinic, begun - 1ms));
  CHECK(catching_up.look(kClinic, begun + 4s, 15s) == 11s);
  CHECK(catching_up.holds(kClinic));
  CHECK(catching_up.finished(kClinic, begun));
  CHECK_FALSE(catching_up.holds(kClinic));
  CHECK_FALSE(catching_up.finished(kClinic, begun));
  CHECK_FALSE(catching_up.look(kClinic, begun, 15s).has_value());

  catching_up.begin(kClinic, begun);
  CHECK_FALSE(catching_up.look(kClinic, begun + 15s, 15s).has_value());
  CHECK_FALSE(catching_up.holds(kClinic));
  catching_up.begin(kClinic, begun);  // and the clock is set back
  CHECK_FALSE(catching_up.look(kClinic, begun - 1h, 15s).has_value());
  CHECK_FALSE(catching_up.holds(kClinic));
}

TEST_CASE("a change that is refused or cannot be stored changes nothing") {
  World world;
  auto tenants = world.tenants();
  const auto before = tenants->find(kClinic);
  CHECK(status_of(*tenants, TenantId("nobody"), block) == 404);
  CHECK(status_of(*tenants, kClinic, [](auto& s) { s.blacklisted_numbers = {"nobody"}; }) == 400);
  CHECK(status_of(*tenants, kClinic, [](auto& s) { s.agent_id = AgentId("reception"); }) == 400);
  CHECK(status_of(*tenants, kClinic, [](auto& s) { s.unipile_account_id = "acc_2"; }) == 409);
  CHECK_THROWS_AS(tenants->change(kClinic,
                                  [](auto& s) {
                                    s.grace_period = 1s;
                                    throw std::domain_error("no");
                                  }),
                  std::domain_error);
  {
    SQLite::Database other(world.database(), SQLite::OPEN_READWRITE);
    const SQLite::Transaction holds(other, SQLite::TransactionBehavior::IMMEDIATE);
    CHECK(status_of(*tenants, kClinic, block) == 503);
    CHECK(tenants->find(kClinic) == before);
  }
  CHECK(*world.tenants()->find(kClinic) == *before);
  CHECK(status_of(*tenants, kClinic, block) == 200);
  CHECK(world.tenants()->find(kClinic)->blacklisted_numbers.size() == 1);
}

TEST_CASE("changes from many threads follow one another, and readers never see half of one") {
  World world;
  auto tenants = world.tenants();
  constexpr int kThreads = 4;
  constexpr int kEach = 10;
  std::atomic<bool> done{false};
  std::atomic<int> torn{0};
  std::thread reader([&] {
    while (!done) {
      const auto clinic = tenants->find(kClinic);
      const auto policy = tenants->policy(chat_of(kClinic));
      if (clinic->grace_period != std::chrono::seconds(60 + clinic->blacklisted_numbers.size())) ++torn;
      if (policy->grace_period < 60s) ++torn;
    }
  });
  std::vector<std::thread> writers;
  for (int thread = 0; thread < kThreads; ++thread) {
    writers.emplace_back([&, thread] {
      for (int n = 0; n < kEach; ++n) {
        tenants->change(kClinic, [&](TenantSettings& settings) {
          settings.blacklisted_numbers.push_back("+9055500" + std::to_string(10000 + thread * kEach + n));
          settings.grace_period = std::chrono::seconds(60 + settings.blacklisted_numbers.size());
        });
      }
    });
  }
  for (auto& writer : writers) writer.join();
  done = true;
  reader.join();
  CHECK(torn == 0);
  CHECK(tenants->find(kClinic)->blacklisted_numbers.size() == kThreads * kEach);
  CHECK(*world.tenants()->find(kClinic) == *tenants->find(kClinic));
}

TEST_CASE("an account that was moved at run time belongs to whoever has it now") {
  World world;
  auto tenants = world.tenants();
  tenants->change(kClinic, [](auto& s) { s.unipile_account_id = ""; });
  tenants->change(kHotel, [](auto& s) { s.unipile_account_id = "acc_1"; });
  CHECK(tenants->of_account("acc_1")->id == kHotel);
  // The file now gives it to a third.
  world.file["tenants"].push_back(
      {{"id", "airport"}, {"features", {"whatsapp_agent"}}, {"unipile_account_id", "acc_1"}});
  world.file["tenants"].erase(0);
  tenants->load(world.config());
  CHECK(tenants->of_account("acc_1")->id == kHotel);
}

TEST_CASE("tenants that others put into the database are found by looking again") {
  World world;
  auto tenants = world.tenants();
  CHECK_FALSE(tenants->refresh());
  const auto table = world.table();
  const json description = {{"features", {"whatsapp_agent"}},
                            {"unipile_account_id", "acc_7"},
                            {"agents", {{{"id", "desk"}, {"elevenlabs_agent_id", "agent_1"}}}},
                            {"agent_id", "desk"}};
  REQUIRE(table->create_tenant_if_absent({TenantId("museum"), "Museum", description.dump()}));
  CHECK(tenants->find(TenantId("museum")) == nullptr);
  CHECK(tenants->refresh());
  CHECK(tenants->of_account("acc_7")->name == "Museum");
  CHECK(tenants->policy(chat_of(TenantId("museum")))->agent == AgentId("desk"));
  CHECK(tenants->policy(chat_of(TenantId("museum")))->reply_timeout == 7s);  // the file's default
  tenants->change(TenantId("museum"), [](auto& s) { s.unipile_account_id = "acc_8"; });
  CHECK_FALSE(tenants->refresh());
  CHECK(world.tenants()->of_account("acc_8")->id == TenantId("museum"));

  REQUIRE(table->create_tenant_if_absent({TenantId("broken"), "Broken", R"({"featres": []})"}));
  std::string problem;
  try {
    (void)tenants->refresh();
  } catch (const ConfigError& error) {
    problem = error.what();
  }
  CHECK(problem == "tenants[broken].settings.featres: unknown key");
  CHECK(tenants->of_account("acc_8") != nullptr);
}
