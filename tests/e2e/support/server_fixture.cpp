#include "support/server_fixture.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <sys/resource.h>

namespace e2e {

namespace {

using namespace std::chrono_literals;
using sessioncore::simulators::ElevenLabsSimulator;
using sessioncore::simulators::UnipileSimulator;

UnipileSimulator::Config unipile_config() {
  UnipileSimulator::Config config;
  config.api_key = "unipile-key";
  config.webhook_secret = kWebhookSecret;
  return config;
}

ElevenLabsSimulator::Config elevenlabs_config() {
  ElevenLabsSimulator::Config config;
  config.api_key = "agent-key";
  config.agent_ids = {"agent_1", "agent_2"};
  return config;
}

std::string new_folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "sessiond-test-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  return pattern;
}

json user(const std::string& email, const std::string& role, const std::string& tenant) {
  return {{"email", email}, {"password", kPassword}, {"name", "User " + email}, {"role", role}, {"tenant", tenant}};
}

json tenant(const std::string& id, const std::string& account, const std::string& agent, const json& features) {
  return {{"id", id},
          {"name", id},
          {"features", features},
          {"unipile_account_id", account},
          {"agents", {{{"id", "reception"}, {"name", "Reception"}, {"elevenlabs_agent_id", agent}, {"active", true}}}},
          {"agent_id", "reception"},
          {"blacklisted_numbers", {"+90 555 999 99 99"}}};
}

json usual_config(const std::string& folder, const std::string& unipile, const std::string& elevenlabs) {
  const json feature = json::array({"whatsapp_agent"});
  return {
      {"listen", {{"host", "127.0.0.1"}, {"port", 0}}},
      {"database", folder + "/sessiond.db"},
      {"jwt_secret", kJwtSecret},
      {"unipile", {{"base_url", unipile}, {"api_key", "unipile-key"}, {"webhook_secret", kWebhookSecret}}},
      {"elevenlabs", {{"base_url", elevenlabs}, {"api_key", "agent-key"}, {"text_only_override", true}}},
      {"policy",
       {{"grace_period_seconds", 600}, {"message_buffer_seconds", 0.2}, {"ambiguous_send_wait_seconds", 0.5}}},
      {"tenants",
       {tenant("clinic", "acc_1", "agent_1", feature), tenant("hotel", "acc_2", "agent_2", feature),
        tenant("library", "acc_3", "agent_2", json::array())}},
      {"users",
       {user("admin@clinic.example.com", "admin", "clinic"), user("manager@clinic.example.com", "manager", "clinic"),
        user("reader@clinic.example.com", "operator", "clinic"), user("admin@hotel.example.com", "admin", "hotel"),
        user("admin@library.example.com", "admin", "library")}}};
}

/// Sets how large a file of the process may grow.
void limit_files(int pid, rlim_t bytes) {
  rlimit limit{};
  if (::prlimit(pid, RLIMIT_FSIZE, nullptr, &limit) != 0) throw std::runtime_error("no limit to be read");
  limit.rlim_cur = std::min(bytes, limit.rlim_max);
  if (::prlimit(pid, RLIMIT_FSIZE, &limit, nullptr) != 0) throw std::runtime_error("the limit stays");
}

}  // namespace

ServerFixture::ServerFixture(const json& changes)
    : unipile(unipile_config()), elevenlabs(elevenlabs_config()), folder_(new_folder()) {
  unipile.start();
  elevenlabs.start();
  config_ = usual_config(folder_, unipile.base_url(), elevenlabs.base_url());
  config_.merge_patch(changes);
  write_config(config_);
  start();
  unipile.add_webhook(url_ + "/webhooks/unipile");
}

ServerFixture::~ServerFixture() {
  server_.kill_now();
  unipile.stop();
  elevenlabs.stop();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void ServerFixture::start() {
  start_command({SESSIOND_PROGRAM, "serve", "--config", folder_ + "/sessiond.json"});
}

void ServerFixture::start_with_disk_limit(int kib) {
  const std::string script = "ulimit -S -f " + std::to_string(kib) + "; exec \"$@\"";
  start_command({"bash", "-c", script, "limited", SESSIOND_PROGRAM, "serve", "--config", folder_ + "/sessiond.json"});
}

void ServerFixture::fill_disk() {
  limit_files(server_.pid(), 0);
}

void ServerFixture::lift_disk_limit() {
  limit_files(server_.pid(), RLIM_INFINITY);
}

void ServerFixture::start_command(const std::vector<std::string>& command) {
  server_.start(command, {{"SESSIOND_LISTEN_PORT", std::to_string(port())}}, folder_ + "/log");
  try {
    url_ = server_.wait_for_address(60s);
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(std::string(error.what()) + "\n" + log());
  }
}

void ServerFixture::write_config(const json& config) {
  std::ofstream(config_file()) << config.dump(2);
}

void ServerFixture::hang_up() {
  if (server_.running()) ::kill(server_.pid(), SIGHUP);
}

int ServerFixture::stop() {
  server_.terminate();
  return server_.wait_for_end(30s);
}

std::string ServerFixture::log() const {
  std::ifstream in(folder_ + "/log");
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string ServerFixture::unipile_chat(const std::string& provider_chat) const {
  return unipile.control("GET", "/sim/chats/" + provider_chat).body;
}

JsonClient ServerFixture::logged_in(const std::string& email) const {
  JsonClient client(url_);
  const Answer answer = client.post("/api/auth/login", {{"email", email}, {"password", kPassword}});
  if (answer.status != 200) throw std::runtime_error("login failed: " + answer.text);
  client.header("Authorization", "Bearer " + answer.body.at("token").get<std::string>());
  return client;
}

json message_webhook(const std::string& chat, const std::string& message, const std::string& text,
                     const std::string& account) {
  const json contact = {{"attendee_id", "att_" + chat},
                        {"attendee_name", "Contact " + chat},
                        {"attendee_provider_id", "199900000000001@lid"},
                        {"attendee_specifics", {{"provider", "WHATSAPP"}, {"phone_number", "+905551234567"}}},
                        {"attendee_public_identifier", "905551234567@s.whatsapp.net"}};
  return {{"event", "message_received"},
          {"account_id", account},
          {"account_type", "WHATSAPP"},
          {"account_info", {{"type", "WHATSAPP"}, {"phone_number", "+902121234567"}}},
          {"chat_id", chat},
          {"provider_chat_id", "199900000000001@lid"},
          {"message_id", message},
          {"provider_message_id", "3EB0" + message},
          {"message", text},
          {"timestamp", "2026-05-18T19:44:12.000Z"},
          {"is_sender", false},
          {"sender", contact},
          {"attendees", json::array({contact})},
          {"attachments", json::array()},
          {"is_event", 0},
          {"is_group", false}};
}

Answer deliver_text(JsonClient& client, const std::string& body) {
  client.header("x-unipile-secret", kWebhookSecret);
  // As the provider does it unless told otherwise.
  return client.post_text("/webhooks/unipile", body, "application/x-www-form-urlencoded");
}

Answer deliver(JsonClient& client, const json& webhook) {
  return deliver_text(client, webhook.dump());
}

namespace {

json all_pages(JsonClient& api, const std::string& path, bool latest_first = false) {
  json all = json::array();
  for (int page = 1;; ++page) {
    const Answer answer = api.get(path + "?limit=100&page=" + std::to_string(page));
    if (answer.status != 200) throw std::runtime_error(path + ": " + answer.text);
    const json& data = answer.body.at("data");
    all.insert(latest_first ? all.begin() : all.end(), data.begin(), data.end());
    if (page >= answer.body.at("pagination").at("pages").get<int>()) return all;
  }
}

}  // namespace

std::string chat_id_of(JsonClient& api, const std::string& provider_chat) {
  for (const auto& chat : all_pages(api, "/api/whatsapp/chats")) {
    if (chat.at("unipile_chat_id") == provider_chat) return chat.at("_id").get<std::string>();
  }
  return {};
}

json messages_of(JsonClient& api, const std::string& chat_id) {
  return all_pages(api, "/api/whatsapp/chats/" + chat_id + "/messages", true);
}

}  // namespace e2e
