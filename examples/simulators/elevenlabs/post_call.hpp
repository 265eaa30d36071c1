// The webhook after a conversation. One thread only; waits for the answer.
#pragma once

#include "conversation.hpp"

#include <cstdint>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace sessioncore::simulators {

struct PostCallPlan {
  std::string url;
  std::string secret;
  std::string type = "post_call_transcription";
  bool transcript = true;
  bool chunked = false;
  std::int64_t age_seconds = 0;  // how long ago it was signed; negative: in the future
  std::string data = "{}";       // JSON, merged over the report's data
};

// What was sent and how it was answered; status 0: no answer. Throws BadInput.
nlohmann::json send_post_call(const Conversation& conversation, const PostCallPlan& plan);

}  // namespace sessioncore::simulators
