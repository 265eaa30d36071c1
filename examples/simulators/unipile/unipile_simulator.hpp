// A stand-in for Unipile's WhatsApp bridge (API v1): REST calls, webhooks with retries, and a control API (README.md of
// this folder's parent) to write as the contact, write on the business's phone, and make the bridge misbehave.
//
// Thread rule: every member function may be called from any thread; start and stop are not to be raced.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace sessioncore::simulators {

class UnipileSimulator {
 public:
  struct Config {
    std::string host = "127.0.0.1";
    int port = 0;         // 0: any free port
    std::string api_key;  // empty: any key is accepted, but there must be one
    std::string account_id = "acc_1";
    std::string account_phone = "+902121234567";
    std::vector<std::string> webhook_urls;  // registered for all message events and for the account status
    std::string webhook_secret;             // sent as x-unipile-secret when not empty
    std::string options_json = "{}";        // as for PUT /sim/options
  };
  struct Reply {
    int status = 0;
    std::string body;  // JSON
  };

  explicit UnipileSimulator(Config config);
  ~UnipileSimulator();
  UnipileSimulator(const UnipileSimulator&) = delete;
  UnipileSimulator& operator=(const UnipileSimulator&) = delete;

  // Binds and serves on threads of its own. Throws std::runtime_error when the port cannot be bound.
  void start();
  void stop();
  [[nodiscard]] int port() const;
  [[nodiscard]] std::string base_url() const;

  // The control API without the network: control("POST", "/sim/contact", R"({"phone":"+905551234567","text":"hi"})").
  Reply control(const std::string& method, const std::string& target, const std::string& body = "");
  // PUT /sim/options; throws std::invalid_argument with the reason when refused.
  void set_options(const std::string& json);
  // Registers one more webhook pair, as the command line's --webhook-url does.
  void add_webhook(const std::string& url);

 private:
  class Server;
  std::unique_ptr<Server> server_;
};

}  // namespace sessioncore::simulators
