#include "world.hpp"

#include "teller.hpp"

#include <algorithm>

namespace sessioncore::story {

using nlohmann::json;

namespace {

json must(const Answer& answer, const std::string& what) {
  if (answer.ok() && !answer.body.is_discarded()) return answer.body;
  throw StepFailed(what + ": " + (answer.status == 0 ? "no answer" : "status " + std::to_string(answer.status)) +
                   (answer.text.empty() ? "" : ", " + answer.text));
}

}  // namespace

World::World(const WorldOptions& options)
    : options_(options),
      port_(options.port),
      phone_(options.unipile_url, JsonClient::Connections::one_each),
      agent_(options.elevenlabs_url, JsonClient::Connections::one_each) {}

JsonClient& World::api() {
  if (!api_) throw StepFailed("the server was never started");
  return *api_;
}

void World::start_server() {
  const std::map<std::string, std::string> variables{{"SESSIOND_LISTEN_PORT", std::to_string(port_.number())}};
  server_.start({options_.server_program, "serve", "--config", options_.config_file}, variables, options_.server_log);
  const std::string url = server_.wait_for_address(options_.patience);
  if (url == server_url_) return;
  server_url_ = url;
  api_ = std::make_unique<JsonClient>(url);
  (void)must(phone_.post("/sim/webhook", {{"url", url + "/webhooks/unipile"}}), "registering the webhook");
}

int World::stop_server() {
  server_.terminate();
  return server_.wait_for_end(options_.patience);
}

void World::log_in() {
  const json answer =
      must(api().post("/api/auth/login", {{"email", options_.email}, {"password", options_.password}}), "logging in");
  api().header("Authorization", "Bearer " + answer.at("token").get<std::string>());
}

json World::list(const std::string& path, bool latest_first) {
  const auto separator = path.find('?') == std::string::npos ? "?" : "&";
  json all = json::array();
  for (int page = 1;; ++page) {
    const json answer = must(api().get(path + separator + "limit=100&page=" + std::to_string(page)), path);
    const json& data = answer.at("data");
    all.insert(latest_first ? all.begin() : all.end(), data.begin(), data.end());
    if (page >= answer.at("pagination").at("pages").get<int>()) return all;
  }
}

json World::chat(Chat& chat) {
  if (!chat.id.empty()) return must(api().get("/api/whatsapp/chats/" + chat.id), "reading chat " + chat.name);
  for (const auto& item : list("/api/whatsapp/chats")) {
    if (item.at("unipile_chat_id") != chat.provider_id) continue;
    chat.id = item.at("_id").get<std::string>();
    return item;
  }
  return nullptr;
}

json World::messages(const Chat& chat) {
  return list("/api/whatsapp/chats/" + chat.id + "/messages", true);
}
json World::sessions(const Chat& chat) {
  return list("/api/whatsapp/chats/" + chat.id + "/sessions");
}
json World::decisions(const Chat& chat) {
  return chat.id.empty() ? json::array() : list("/api/whatsapp/chats/" + chat.id + "/decisions", true);
}

Answer World::act(const Chat& chat, const std::string& action, const json& body) {
  return api().post("/api/whatsapp/chats/" + chat.id + "/" + action, body);
}

void World::write_as_contact(Chat& chat, const std::string& phone, const std::string& text) {
  const json written =
      must(phone_.post("/sim/contact", {{"phone", phone}, {"name", chat.name}, {"text", text}}), "the contact writes");
  chat.provider_id = written.at("chat_id").get<std::string>();
}

void World::write_on_business_phone(const Chat& chat, const std::string& text) {
  (void)must(phone_.post("/sim/phone", {{"chat_id", chat.provider_id}, {"text", text}}), "the human writes");
}

void World::hold_webhooks(bool hold) {
  (void)must(phone_.put("/sim/options", {{"hold_webhooks", hold}}), "holding or letting go the webhooks");
}

std::vector<std::string> World::received_by_contact(const Chat& chat) {
  std::vector<std::string> texts;
  const json seen = must(phone_.get("/sim/chats/" + chat.provider_id), "looking at the contact's phone");
  for (const auto& message : seen.at("messages")) {
    if (message.at("from") != "contact") texts.push_back(message.at("text").get<std::string>());
  }
  return texts;
}

void World::agent_options(const json& options) {
  (void)must(agent_.put("/sim/options", options), "setting up the agent");
}

void World::release_agent_reply() {
  (void)must(agent_.post("/sim/release_reply"), "letting the agent answer");
}

json World::agent_conversations() {
  return must(agent_.get("/sim/conversations?frames=false"), "looking at the agent").at("conversations");
}

std::vector<std::string> World::questions() {
  std::vector<std::string> all;
  for (const auto& conversation : agent_conversations()) {
    for (const auto& text : conversation.at("user_messages")) all.push_back(text.get<std::string>());
  }
  return all;
}

int World::times_asked(const std::string& question) {
  const auto all = questions();
  return static_cast<int>(std::count(all.begin(), all.end(), question));
}

}  // namespace sessioncore::story
