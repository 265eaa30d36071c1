// The configuration file and its environment: what is read, and how each mistake is named.
#include "config/config.hpp"

#include "../adapters/elevenlabs/certificates.hpp"
#include "tenant_policies.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace sessioncore;
using namespace sessioncore::server;
using nlohmann::json;
using namespace std::chrono_literals;

namespace {

json good() {
  return json::parse(R"({
    "listen": {"host": "127.0.0.1", "port": 8080},
    "database": "sessiond.db",
    "jwt_secret": "0123456789abcdef0123456789abcdef",
    "unipile": {"base_url": "http://127.0.0.1:9101", "api_key": "k1", "webhook_secret": "w1"},
    "elevenlabs": {"base_url": "http://127.0.0.1:9102", "api_key": "k2", "text_only_override": true},
    "policy": {"grace_period_seconds": 180, "reply_timeout_seconds": 30},
    "tenants": [{"id": "clinic", "name": "Clinic", "features": ["whatsapp_agent"], "unipile_account_id": "acc_1",
                 "agents": [{"id": "reception", "name": "R", "elevenlabs_agent_id": "agent_1", "active": true},
                            {"id": "night", "name": "N", "elevenlabs_agent_id": "agent_2", "active": false}],
                 "agent_id": "reception", "blacklisted_numbers": ["+90 (555) 123-45 67"],
                 "policy": {"grace_period_seconds": 0.25}}],
    "users": [{"email": "a@example.com", "password": "p", "name": "A", "role": "admin", "tenant": "clinic"}]
  })");
}

Config read(const json& file, const std::map<std::string, std::string>& variables = {},
            const std::string& folder = "") {
  return parse_config(file.dump(), folder, [&](const std::string& name) -> std::optional<std::string> {
    const auto at = variables.find(name);
    return at == variables.end() ? std::nullopt : std::optional(at->second);
  });
}

std::string problem_of(const json& file, const std::map<std::string, std::string>& variables = {}) {
  try {
    (void)read(file, variables);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no problem";
}

std::string problem_with(const std::string& pointer, const json& value) {
  json file = good();
  file[json::json_pointer(pointer)] = value;
  return problem_of(file);
}

Config read_with(const std::string& pointer, const json& value) {
  json file = good();
  file[json::json_pointer(pointer)] = value;
  return read(file);
}

bool starts(const std::string& text, const std::string& beginning) {
  return text.rfind(beginning, 0) == 0;
}

ChatFacts chat_with(const std::string& phone) {
  ChatFacts facts;
  facts.contact_phone = phone;
  return facts;
}

}  // namespace

TEST_CASE("the design's example is read") {
  const Config config = read(good());
  CHECK(config.listen.port == 8080);
  CHECK(config.elevenlabs.text_only_override);
  CHECK(config.elevenlabs.webhook_secret.empty());
  CHECK(config.elevenlabs.webhook_bytes_max == 16U * 1024 * 1024);
  CHECK(config.elevenlabs.webhook_past_tolerance == std::chrono::minutes(30));
  CHECK(config.elevenlabs.webhook_future_tolerance == std::chrono::minutes(5));
  REQUIRE(config.tenants.size() == 1);
  const TenantConfig& tenant = config.tenants[0];
  CHECK(tenant.agents.size() == 2);
  CHECK(tenant.policy.grace_period == 250ms);
  CHECK(tenant.policy.reply_timeout == 30s);
  CHECK(tenant.policy.message_buffer == 20s);
  CHECK(tenant.policy.retry_max == 300s);
  CHECK(read_with("/policy/retry_max_seconds", 60).tenants[0].policy.retry_max == 60s);
  CHECK(tenant.blacklisted_numbers == std::vector<std::string>{"+905551234567"});
  CHECK(config.users[0].role == "admin");
}

TEST_CASE("unknown keys and wrong types are named with their path") {
  CHECK(starts(problem_with("/listne", json::object()), "listne: unknown key"));
  CHECK(starts(problem_with("/tenants/0/policy/grace", 5), "tenants[0].policy.grace: unknown key"));
  CHECK(
      starts(problem_with("/policy/context_labels", json{{"pateint", "x"}}), "policy.context_labels.pateint: unknown"));
  CHECK(problem_with("/listen/port", "8080") == "listen.port: expected a whole number from 0 to 65535, found string");
  CHECK(starts(problem_with("/listen/port", 70000), "listen.port: expected a whole number"));
  CHECK(starts(problem_with("/listen/port", 80.5), "listen.port: expected a whole number"));
  CHECK(problem_with("/policy/grace_period_seconds", "3 minutes") ==
        "policy.grace_period_seconds: expected a number of seconds, found string");
  CHECK(starts(problem_with("/policy/grace_period_seconds", -1), "policy.grace_period_seconds: expected at least 0"));
  CHECK(starts(problem_with("/policy/grace_period_seconds", 1e300), "policy.grace_period_seconds: expected at most"));
  CHECK(starts(problem_with("/policy/reply_timeout_seconds", 0), "policy.reply_timeout_seconds: expected at least"));
  CHECK(starts(problem_with("/policy/on_ambiguous_send", "guess"), "policy.on_ambiguous_send: expected one of resend"));
  CHECK(starts(problem_with("/tenants", json::object()), "tenants: expected a list"));
  CHECK(starts(problem_with("/tenants/0/agents/0/active", 1), "tenants[0].agents[0].active: expected true or false"));
  CHECK(starts(problem_with("/tenants/0/features", json{1}), "tenants[0].features[0]: expected a text"));
}

TEST_CASE("what cannot work is refused at the start") {
  CHECK(starts(problem_with("/jwt_secret", "short"), "jwt_secret: expected at least 32 bytes"));
  CHECK(starts(problem_with("/unipile/webhook_secret", ""), "unipile.webhook_secret: missing"));
  CHECK(starts(problem_with("/unipile/base_url", "127.0.0.1"), "unipile.base_url: must start with http"));
  for (const char* url : {"ftp://example.com", "http://", "http://example.com/", "http://me@example.com"}) {
    CHECK(starts(problem_with("/public_url", url), "public_url: expected http://host[:port] or https://host[:port]"));
  }
  CHECK(problem_with("/public_url", "https://example.com:8443") == "no problem");
  CHECK(starts(problem_with("/elevenlabs/base_url", "example.com"), "elevenlabs.base_url: must start with http"));
  CHECK(starts(problem_with("/metrics", {{"token", "short"}}), "metrics.token: expected at least 16 bytes"));
  CHECK(starts(problem_with("/metrics", {{"tokens", "x"}}), "metrics.tokens: "));
  CHECK(starts(problem_with("/unipile/base_url", "http://example.com/api/v1"), "unipile.base_url: must have no path"));
  CHECK(starts(problem_with("/tenants/0/agent_id", "nobody"), "tenants[0].agent_id: is none"));
  CHECK(starts(problem_with("/users/0/tenant", "hotel"), "users[0].tenant: is none"));
  CHECK(starts(problem_with("/users/0/role", "boss"), "users[0].role: expected one of"));
  CHECK(starts(problem_with("/tenants/0/blacklisted_numbers", json{"nobody"}), "tenants[0].blacklisted_numbers"));
  CHECK(starts(problem_with("/tenants/0/blacklisted_numbers", json{"0555 111 00 11"}),
               "tenants[0].blacklisted_numbers: holds a number without its country code"));
  CHECK(starts(problem_with("/users/0/email", "a b@example.com"), "users[0].email: expected an e-mail address"));
  CHECK(starts(problem_with("/http", json{{"trusted_proxies", {"proxy"}}}), "http.trusted_proxies: holds a text"));
  CHECK(starts(problem_with("/session_lifetime_seconds", 0), "session_lifetime_seconds: expected at least 1"));
  json twice = good();
  twice["tenants"].push_back(twice["tenants"][0]);
  CHECK(starts(problem_of(twice), "tenants[1].id: is used twice"));
  twice["tenants"][1]["id"] = "hotel";
  CHECK(starts(problem_of(twice), "tenants[1].unipile_account_id: is used by two"));
  twice = good();
  twice["users"].push_back(twice["users"][0]);
  std::string email = twice["users"][0]["email"];
  email.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(email.front())));
  twice["users"][1]["email"] = email;
  CHECK(starts(problem_of(twice), "users[1].email: is used twice"));
  json without = good();
  without.erase("database");
  CHECK(problem_of(without) == "database: missing");
  CHECK_THROWS_AS((void)parse_config("{", "", process_environment()), ConfigError);
  CHECK_THROWS_AS((void)parse_config("[]", "", process_environment()), ConfigError);
}

TEST_CASE("a secret that would not come through an HTTP header as it stands is refused") {
  for (const char* secret :
       {" leading blank of it", "trailing blank of it ", "line\nend in the middle", "with a \t tab in it",
        "p\xc3\xa4ssword of sixteen", "percent %41 of sixteen", "percent %u0041 of sixteen"}) {
    CAPTURE(secret);
    CHECK(starts(problem_with("/unipile/webhook_secret", secret), "unipile.webhook_secret: comes in an HTTP header"));
    CHECK(starts(problem_with("/metrics", {{"token", secret}}), "metrics.token: comes in an HTTP header"));
    CHECK(problem_with("/unipile/webhook_secret", secret).find(secret) == std::string::npos);
  }
  for (const char* secret : {"100 % of %zz, %4 and %u12", "two  blanks + \"marks\" %", "~!@#$^&*()_=[]{};:<>?"}) {
    CHECK_MESSAGE(problem_with("/unipile/webhook_secret", secret) == "no problem", secret);
  }
}

TEST_CASE("what the specification allows is no mistake") {
  json file = good();
  file["tenants"][0]["agent_id"] = nullptr;
  file["tenants"][0]["unipile_account_id"] = nullptr;
  const Config config = read(file);
  CHECK(config.tenants[0].agent_id.empty());
  CHECK(config.tenants[0].unipile_account_id.empty());
  CHECK(starts(problem_with("/tenants/0/agent_id", 5), "tenants[0].agent_id: expected a text"));
  // The smaller of the two counts.
  CHECK(read_with("/policy/message_buffer_max_seconds", 5).tenants[0].policy.message_buffer_max == 5s);
  CHECK(read_with("/policy/message_buffer_seconds", 90).tenants[0].policy.message_buffer == 90s);
}

TEST_CASE("the agent's label has two names") {
  const auto label = [](const json& labels) {
    return read_with("/policy/context_labels", labels).tenants[0].policy.context_labels.agent;
  };
  CHECK(label({{"agent", "Bot"}}) == "Bot");
  CHECK(label({{"ai", "Bot"}}) == "Bot");
  CHECK(label({{"ai", "Bot"}, {"agent", "Agent"}}) == "Bot");
  CHECK(label(json::object()) == "Assistant");
}

TEST_CASE("no override is asked of an agent unless that is configured") {
  json file = good();
  file["elevenlabs"].erase("text_only_override");
  CHECK_FALSE(read(file).elevenlabs.text_only_override);
}

TEST_CASE("secrets that stand in the file itself are known, those from elsewhere are not among them") {
  using Keys = std::vector<std::string>;
  CHECK(read(good()).plain_secrets ==
        Keys{"jwt_secret", "unipile.api_key", "unipile.webhook_secret", "elevenlabs.api_key", "users[0].password"});
  json file = good();
  file["unipile"]["proxy"] = "http://proxy.example.com";
  file["elevenlabs"]["proxy"] = "http://user:word@proxy.example.com";
  file["users"] = json::array();
  CHECK(read(file, {{"SESSIOND_JWT_SECRET", "fedcba9876543210fedcba9876543210"},
                    {"UNIPILE_API_KEY", "k"},
                    {"UNIPILE_WEBHOOK_SECRET", "w"}})
            .plain_secrets == Keys{"elevenlabs.api_key", "elevenlabs.proxy"});
}

TEST_CASE("all tenants may live in the database") {
  json file = good();
  file.erase("tenants");
  file.erase("users");
  CHECK(problem_of(file) == "no problem");
}

TEST_CASE("in development the webhook secret may be missing") {
  json file = good();
  file["unipile"].erase("webhook_secret");
  CHECK(problem_of(file) != "no problem");
  file["development"] = true;
  CHECK(problem_of(file) == "no problem");
}

TEST_CASE("the environment overrides every scalar outside of lists") {
  const Config config = read(good(), {{"SESSIOND_LISTEN_PORT", "0"},
                                      {"SESSIOND_DATABASE", "other.db"},
                                      {"SESSIOND_JWT_SECRET", "fedcba9876543210fedcba9876543210"},
                                      {"UNIPILE_API_KEY", "from the environment"},
                                      {"UNIPILE_WEBHOOK_SECRET", "also"},
                                      {"ELEVENLABS_BASE_URL", "https://eu.example.com"},
                                      {"ELEVENLABS_TEXT_ONLY_OVERRIDE", "false"},
                                      {"ELEVENLABS_WEBHOOK_SECRET", "report"},
                                      {"SESSIOND_POLICY_REPLY_TIMEOUT_SECONDS", "2.5"}});
  CHECK(config.listen.port == 0);
  CHECK(config.database == "other.db");
  CHECK(config.jwt_secret == "fedcba9876543210fedcba9876543210");
  CHECK(config.unipile.api_key == "from the environment");
  CHECK(config.unipile.webhook_secret == "also");
  CHECK(config.elevenlabs.base_url == "https://eu.example.com");
  CHECK_FALSE(config.elevenlabs.text_only_override);
  CHECK(config.elevenlabs.webhook_secret == "report");
  CHECK(config.tenants[0].policy.reply_timeout == 2500ms);
  CHECK(starts(problem_of(good(), {{"SESSIOND_LISTEN_PORT", "many"}}), "listen.port: expected a whole number"));
  CHECK(starts(problem_of(good(), {{"ELEVENLABS_TEXT_ONLY_OVERRIDE", "maybe"}}), "elevenlabs.text_only_override:"));
}

TEST_CASE("secrets may lie in files") {
  std::string folder = (std::filesystem::temp_directory_path() / "sessiond-config-XXXXXX").string();
  REQUIRE(::mkdtemp(folder.data()) != nullptr);
  std::ofstream(folder + "/secret") << "from a file\n";
  json file = good();
  file["unipile"]["webhook_secret"] = {{"file", "secret"}};
  CHECK(read(file, {}, folder).unipile.webhook_secret == "from a file");
  CHECK(read(file, {}, folder).plain_secrets.size() == 4);
  file["unipile"]["webhook_secret"] = {{"file", "absent"}};
  CHECK(starts(problem_of(file), "unipile.webhook_secret: cannot read the file"));
  file["unipile"]["webhook_secret"] = {{"path", "secret"}};
  CHECK(starts(problem_of(file), "unipile.webhook_secret: expected a text or"));
  std::filesystem::remove_all(folder);
}

TEST_CASE("how often missed messages are looked for") {
  CHECK(read(good()).unipile.reconcile_every == std::chrono::minutes(10));
  CHECK(read_with("/unipile/reconcile_every_seconds", 0).unipile.reconcile_every == 0s);
}

TEST_CASE("how the providers are reached") {
  const elevenlabs::testing::Certificates certificates;
  const std::filesystem::path authority = certificates.authority();
  json file = good();
  for (const char* provider : {"unipile", "elevenlabs"}) {
    file[provider]["ca_file"] = authority.filename();
    file[provider]["proxy"] = "http://user:word@proxy.example.com:3128";
  }
  const Config config = read(file, {{"ELEVENLABS_PROXY", "http://proxy.example.com"}}, authority.parent_path());
  CHECK(config.unipile.ca_file == authority);  // relative to the configuration
  CHECK(config.elevenlabs.ca_file == authority);
  CHECK(config.unipile.proxy == "http://user:word@proxy.example.com:3128");
  CHECK(config.elevenlabs.proxy == "http://proxy.example.com");
  CHECK(read(good()).unipile.ca_file.empty());

  CHECK(problem_with("/unipile/ca_file", "absent.pem") == "unipile.ca_file: cannot be read as certificates");
  CHECK(problem_with("/elevenlabs/ca_file", certificates.key()) ==
        "elevenlabs.ca_file: cannot be read as certificates");
  CHECK(problem_with("/unipile/proxy", "https://user:word@proxy.example.com") ==
        "unipile.proxy: must be http://[user:password@]host[:port]");
  CHECK(problem_with("/elevenlabs/proxy", "user:word@proxy.example.com") ==
        "elevenlabs.proxy: must be http://[user:password@]host[:port]");
  CHECK(starts(problem_with("/unipile/ca_file", 5), "unipile.ca_file: expected a text"));
}

TEST_CASE("no message quotes a secret") {
  json file = good();
  file["jwt_secret"] = "almost a secret";
  file["unipile"]["api_key"] = json::array({"hidden key"});
  for (const std::string& text : {problem_of(file), problem_with("/unipile/api_key", json::array({"hidden key"}))}) {
    CHECK(text.find("almost a secret") == std::string::npos);
    CHECK(text.find("hidden key") == std::string::npos);
  }
}

TEST_CASE("policies carry the tenant's agent and the verdict on the contact") {
  const TenantPolicies policies(read(good()).tenants[0], nullptr);
  const auto usual = policies.of(chat_with("+905559999999"), false);
  CHECK(usual->agent == AgentId("reception"));
  CHECK_FALSE(usual->blacklisted);
  CHECK(policies.of(chat_with("+905558888888"), false) == usual);
  CHECK(policies.of(chat_with(""), false) == usual);
  CHECK(policies.of(chat_with("905551234567"), false)->blacklisted);

  json inactive = good();
  inactive["tenants"][0]["agent_id"] = "night";
  CHECK_FALSE(TenantPolicies(read(inactive).tenants[0], nullptr).of(chat_with(""), false)->agent.has_value());
}

TEST_CASE("live updates and notifications have their keys, each mistake is named") {
  json file = good();
  file["events"] = {{"kept", 50}, {"streams_max", 3}, {"streams_per_user_max", 2}, {"heartbeat_seconds", 0.5}};
  file["notifications"] = {{"url", "https://hooks.example.com/a"}, {"secret", "sixteen bytes or more"}};
  file["tenants"][0]["notifications"] = {{"timeout_seconds", 3}};
  const Config config = read(file);
  CHECK(config.events.kept == 50);
  CHECK(config.events.streams_max == 3);
  CHECK(config.events.streams_per_user_max == 2);
  CHECK(config.events.streams_per_tenant_max == 2);  // half of all
  CHECK(read(good()).events.streams_per_tenant_max == 32);
  CHECK(config.events.heartbeat == 500ms);
  CHECK(config.tenants[0].notifications.url == "https://hooks.example.com/a");
  CHECK(config.tenants[0].notifications.secret == "sixteen bytes or more");
  CHECK(config.tenants[0].notifications.timeout == 3s);
  CHECK(read(good()).tenants[0].notifications.url.empty());
  CHECK(read(file, {{"SESSIOND_NOTIFICATIONS_SECRET", "another secret of length"}}).tenants[0].notifications.secret ==
        "another secret of length");

  CHECK(starts(problem_with("/events", {{"kept", 0}}), "events.kept: expected a whole number"));
  CHECK(starts(problem_with("/notifications", {{"url", "https://hooks.example.com/"}}), "notifications.secret:"));
  CHECK(starts(problem_with("/notifications", {{"url", "hooks.example.com"}, {"secret", "sixteen bytes or more"}}),
               "notifications.url: expected http"));
  CHECK(starts(problem_with("/tenants/0/notifications", {{"url", "https://a:b@example.com/"}}),
               "tenants[0].notifications.url:"));
  CHECK(starts(problem_with("/tenants/0/notifications", {{"address", "x"}}),
               "tenants[0].notifications.address: unknown key"));
}
