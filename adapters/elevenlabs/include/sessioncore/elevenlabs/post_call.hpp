/// What the service reports by webhook after a conversation: is it from the service, and what does it say?
///
/// Pure functions: the caller has received the request and knows the time. Thread rule: any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <sessioncore/instant.hpp>
#include <sessioncore/result.hpp>

namespace sessioncore::elevenlabs {

/// The header that holds `t=<unix seconds>,v0=<hex>`.
inline constexpr const char* kSignatureHeader = "ElevenLabs-Signature";

/// A delivery that was recorded on its way can be repeated within these bounds, and not outside of them.
struct SignatureTolerance {
  std::chrono::seconds past{30 * 60};   ///< as in the service's own library
  std::chrono::seconds future{5 * 60};  ///< for clocks that differ
};

enum class SignatureCheck { good, malformed, wrong, too_old, in_the_future };
[[nodiscard]] std::string_view to_string(SignatureCheck check);

/// `body` is what was received, byte for byte. The times are judged only once the signature is right, so `too_old` and
/// `in_the_future` are about what the holder of the secret has sent. An empty secret accepts nothing.
[[nodiscard]] SignatureCheck check_signature(std::string_view header, std::string_view body, std::string_view secret,
                                             Instant now, const SignatureTolerance& tolerance = {});

/// A conversation that is over, or never began. What the service did not tell is empty.
struct PostCall {
  std::string type;  ///< "post_call_transcription" or "call_initiation_failure"
  Instant told_at;   ///< when the service made the report
  std::string conversation_id;
  std::string agent_id;         ///< the service's id
  std::string status;           ///< "done", "failed", "processing", ...
  std::string call_successful;  ///< "success", "failure" or "unknown"
  std::string summary;
  std::string termination_reason;  ///< why it ended, or could not begin
  std::optional<Instant> started_at;
  std::optional<std::int64_t> duration_seconds;
  std::optional<std::string> transcript;  ///< JSON text of the list of turns; the service can be set up to leave it out
  friend bool operator==(const PostCall&, const PostCall&) = default;
};

/// Nothing of it is kept: a recording, or a type that this version does not know.
struct PostCallSkipped {
  std::string type;  ///< short and printable
};

using PostCallReport = std::variant<PostCall, PostCallSkipped>;

/// `invalid_argument` names the field that is missing or wrong. Fields that are not known are no fault.
[[nodiscard]] Result<PostCallReport> parse_post_call(std::string_view body);

}  // namespace sessioncore::elevenlabs
