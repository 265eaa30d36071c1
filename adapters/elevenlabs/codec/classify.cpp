#include "codec/classify.hpp"

#include <algorithm>
#include <array>

namespace sessioncore::elevenlabs {

namespace {

constexpr int kNormal = 1000;
constexpr int kPolicyViolation = 1008;
constexpr int kTooManyConversations = 3008;

/// The service tells that what we sent does not fit the agent's settings; the same again ends the same way.
constexpr std::array<std::string_view, 4> kOurFault{"override_error", "missing_dynamic_variable", "invalid_message",
                                                    "missing_fields"};

}  // namespace

LinkLoss classify_close(int code, std::string_view last_error_type) {
  if (std::find(kOurFault.begin(), kOurFault.end(), last_error_type) != kOurFault.end()) return LinkLoss::refused;
  if (code == kTooManyConversations) return LinkLoss::busy;
  if (code == kPolicyViolation) return LinkLoss::refused;
  return code == kNormal ? LinkLoss::clean : LinkLoss::failed;
}

LinkLoss classify_signed_url_status(int status) {
  if (status == 429) return LinkLoss::busy;
  // 408 is the server's own impatience; every other 4xx is about what we asked.
  return status >= 400 && status < 500 && status != 408 ? LinkLoss::refused : LinkLoss::failed;
}

LinkLoss classify_handshake_status(int status) {
  if (status == 429) return LinkLoss::busy;
  return status == 401 || status == 403 || status == 404 ? LinkLoss::refused : LinkLoss::failed;
}

}  // namespace sessioncore::elevenlabs
