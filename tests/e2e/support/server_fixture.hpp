/// sessiond as a process of its own, with both providers' stand-ins in this process.
///
/// Each fixture has its own folder, database and ports; everything ends with it. Thread rule: one thread, but `deliver`
/// may be called from many with a client of their own.
#pragma once

#include "elevenlabs_simulator.hpp"
#include "json_client.hpp"
#include "kept_port.hpp"
#include "process.hpp"
#include "unipile_simulator.hpp"
#include "waiting.hpp"

#include <memory>
#include <string>

#include <nlohmann/json.hpp>

namespace e2e {

using nlohmann::json;
using sessioncore::story::Answer;
using sessioncore::story::JsonClient;

inline constexpr const char* kWebhookSecret = "the webhook secret of this test";
inline constexpr const char* kJwtSecret = "0123456789abcdef0123456789abcdef";
inline constexpr const char* kPassword = "a password for tests";

class ServerFixture {
 public:
  /// `changes` is merged over the usual configuration (JSON merge patch).
  explicit ServerFixture(const json& changes = json::object());
  ~ServerFixture();

  void start();
  /// No file of the server may grow over this many KiB: how a full disk looks to it.
  void start_with_disk_limit(int kib);
  void fill_disk();        ///< while it runs: from now on not one byte can be written
  void lift_disk_limit();  ///< while it runs
  /// SIGTERM; the exit code, -1 if it did not end within thirty seconds.
  int stop();
  void kill_now() { server_.kill_now(); }
  /// Replaces the configuration file; for the next start, or the next SIGHUP.
  void write_config(const json& config);
  void hang_up();  ///< SIGHUP
  [[nodiscard]] bool running() { return server_.running(); }

  [[nodiscard]] int pid() const { return server_.pid(); }
  [[nodiscard]] int port() const { return port_.number(); }
  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] const std::string& folder() const { return folder_; }
  [[nodiscard]] std::string config_file() const { return folder_ + "/sessiond.json"; }
  [[nodiscard]] std::string database() const { return folder_ + "/sessiond.db"; }
  [[nodiscard]] std::string log() const;  ///< what the server has logged so far
  [[nodiscard]] const json& config() const { return config_; }

  /// The chat as the stand-in's phones show it, as JSON text.
  [[nodiscard]] std::string unipile_chat(const std::string& provider_chat) const;

  /// A client without a token.
  [[nodiscard]] JsonClient client() const { return JsonClient(url_); }
  /// A client logged in as `admin@clinic.example.com` or another user of the configuration.
  [[nodiscard]] JsonClient logged_in(const std::string& email = "admin@clinic.example.com") const;

  mutable sessioncore::simulators::UnipileSimulator unipile;
  sessioncore::simulators::ElevenLabsSimulator elevenlabs;

 private:
  void start_command(const std::vector<std::string>& command);

  sessioncore::story::KeptPort port_;  // also while the server is down: its clients and the stand-in know the address
  std::string folder_;
  json config_;
  std::string url_;
  sessioncore::story::Process server_;
};

/// A delivery as Unipile makes it.
[[nodiscard]] json message_webhook(const std::string& chat, const std::string& message, const std::string& text,
                                   const std::string& account = "acc_1");
/// Posts a delivery with the right secret.
Answer deliver(JsonClient& client, const json& webhook);
/// Posts any bytes with the right secret.
Answer deliver_text(JsonClient& client, const std::string& body);

/// The API's id of the chat with this provider id, or empty.
[[nodiscard]] std::string chat_id_of(JsonClient& api, const std::string& provider_chat);
/// All messages of a chat, oldest first.
[[nodiscard]] json messages_of(JsonClient& api, const std::string& chat_id);

}  // namespace e2e
