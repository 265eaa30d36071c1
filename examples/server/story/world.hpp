/// The three programs of the story, and what one can do and see in each: the server's API, the contact's phone, and the
/// agent's side.
///
/// Thread rule: one thread.
#pragma once

#include "json_client.hpp"
#include "kept_port.hpp"
#include "process.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace sessioncore::story {

struct WorldOptions {
  std::string server_program;
  std::string config_file;
  std::string server_log;
  std::string unipile_url;
  std::string elevenlabs_url;
  std::string email;
  std::string password;
  int port = 0;                                ///< of the server; 0: any free one
  std::chrono::milliseconds patience{60'000};  ///< how long anything may take to come true
};

/// Where a contact's chat is known: by the provider and in our API.
struct Chat {
  std::string name;         ///< in the story
  std::string provider_id;  ///< what the phone calls it
  std::string id;           ///< what the API calls it; set once the server has stored it
};

class World {
 public:
  explicit World(const WorldOptions& options);

  // The server.
  void start_server();
  void kill_server() { server_.kill_now(); }
  [[nodiscard]] int stop_server();  ///< SIGTERM; the exit code
  void log_in();
  [[nodiscard]] const std::string& server_url() const { return server_url_; }

  /// Chats are not found before the server has stored them: null then.
  [[nodiscard]] nlohmann::json chat(Chat& chat);
  [[nodiscard]] nlohmann::json messages(const Chat& chat);
  [[nodiscard]] nlohmann::json sessions(const Chat& chat);
  [[nodiscard]] nlohmann::json decisions(const Chat& chat);
  [[nodiscard]] Answer act(const Chat& chat, const std::string& action,
                           const nlohmann::json& body = nlohmann::json::object());

  // The phones. All throw `StepFailed` if the stand-in refuses.
  void write_as_contact(Chat& chat, const std::string& phone, const std::string& text);
  void write_on_business_phone(const Chat& chat, const std::string& text);
  /// While they are held, what is written on the phones reaches no server; then all of it does, in one go. So it makes
  /// no difference to the server how much time passes here between two texts.
  void hold_webhooks(bool hold);
  /// What the contact sees from the business, oldest first.
  [[nodiscard]] std::vector<std::string> received_by_contact(const Chat& chat);

  // The agent.
  void agent_options(const nlohmann::json& options);
  void release_agent_reply();
  [[nodiscard]] nlohmann::json agent_conversations();
  /// Every question the agent was asked, in order.
  [[nodiscard]] std::vector<std::string> questions();
  [[nodiscard]] int times_asked(const std::string& question);

  [[nodiscard]] std::chrono::milliseconds patience() const { return options_.patience; }

 private:
  /// All pages of a list. Where page 1 holds the latest, `latest_first` puts them in the order in which they happened.
  [[nodiscard]] nlohmann::json list(const std::string& path, bool latest_first = false);
  [[nodiscard]] JsonClient& api();

  WorldOptions options_;
  KeptPort port_;  // after a crash the provider still knows the old address
  Process server_;
  std::string server_url_;
  std::unique_ptr<JsonClient> api_;
  JsonClient phone_;
  JsonClient agent_;
};

}  // namespace sessioncore::story
