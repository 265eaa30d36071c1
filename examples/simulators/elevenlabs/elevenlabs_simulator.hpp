// A stand-in for ElevenLabs Agents: signed URLs and the conversation WebSocket on one port, with an agent that echoes
// or follows a script, and a control API (README.md of this folder's parent) to make it misbehave on purpose.
//
// Thread rule: every member function may be called from any thread; start and stop are not to be raced.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace sessioncore::simulators {

class ElevenLabsSimulator {
 public:
  struct Config {
    std::string host = "127.0.0.1";
    int port = 0;         // 0: any free port
    std::string api_key;  // empty: any key is accepted, but there must be one
    std::vector<std::string> agent_ids{"agent_1"};
    std::string options_json = "{}";  // as for PUT /sim/options
  };
  struct Reply {
    int status = 0;
    std::string body;  // JSON
  };

  explicit ElevenLabsSimulator(Config config);
  ~ElevenLabsSimulator();
  ElevenLabsSimulator(const ElevenLabsSimulator&) = delete;
  ElevenLabsSimulator& operator=(const ElevenLabsSimulator&) = delete;

  // Binds and serves on a thread of its own. Throws std::runtime_error when the port cannot be bound.
  void start();
  void stop();
  [[nodiscard]] int port() const;
  [[nodiscard]] std::string base_url() const;

  // The control API without the network: control("POST", "/sim/say", R"({"text":"hello"})").
  Reply control(const std::string& method, const std::string& target, const std::string& body = "");
  // PUT /sim/options; throws std::invalid_argument with the reason when refused.
  void set_options(const std::string& json);
  // GET /sim/conversations as JSON text: all frames, contexts, user messages, close codes.
  [[nodiscard]] std::string conversations();

 private:
  class Server;
  std::unique_ptr<Server> server_;
};

}  // namespace sessioncore::simulators
