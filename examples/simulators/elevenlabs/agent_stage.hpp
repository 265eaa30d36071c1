// Everything one simulator knows: its agents, the signed URLs it gave out, and its conversations. One thread only.
#pragma once

#include "conversation.hpp"
#include "elevenlabs_simulator.hpp"
#include "option_store.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace sessioncore::simulators {

struct HttpRequest {
  std::string method;
  std::string path;
  std::map<std::string, std::string> query;
  std::string api_key;
  bool has_api_key = false;
  std::string host;  // as the client named us
  std::string body;
};

struct HttpReply {
  int status = 200;
  std::string body;
  std::int64_t delay_ms = 0;
};

struct SignedUrl {
  std::string agent_id;
  std::int64_t expires_at_ms = 0;
  bool single_use = false;
  bool used = false;
  std::string conversation_id;  // empty: chosen at the connect
};

// How a WebSocket handshake is answered.
struct Admission {
  int http_status = 0;  // not 0: refuse the handshake with it
  int close_code = 0;   // not 0: accept, then error and close
  std::string error_type;
  std::string message;
  std::string agent_id;
  std::string conversation_id;
};

class AgentStage {
 public:
  explicit AgentStage(ElevenLabsSimulator::Config config);

  [[nodiscard]] Admission admit(const std::map<std::string, std::string>& query);
  std::shared_ptr<Conversation> add(Conversation::Identity identity, Wire& wire);
  void reset(bool keep_options);

  std::string make_signed_url(const std::string& agent_id, const std::string& host, bool with_conversation_id);
  [[nodiscard]] bool knows_agent(const std::string& agent_id) const;
  [[nodiscard]] std::vector<std::shared_ptr<Conversation>> open_conversations() const;
  [[nodiscard]] std::shared_ptr<Conversation> find(const std::string& conversation_id) const;

  const ElevenLabsSimulator::Config config;
  OptionStore options;
  std::vector<std::shared_ptr<Conversation>> conversations;
  std::map<std::string, SignedUrl> signed_urls;  // by signature
  std::int64_t signed_url_requests = 0;
  std::int64_t refused_connects = 0;

 private:
  [[nodiscard]] std::string new_id(const char* prefix);
};

// The two HTTP faces. Both return status 404 for what they do not know.
HttpReply answer_provider_api(AgentStage& stage, const HttpRequest& request);
HttpReply answer_control_api(AgentStage& stage, const HttpRequest& request);

// Splits "path?a=b&c=d".
void split_target(const std::string& target, std::string& path, std::map<std::string, std::string>& query);

}  // namespace sessioncore::simulators
