// Every codec of the ElevenLabs adapter: frames of a conversation, answers of the REST API, reports after
// conversations.
#include "adapters/elevenlabs/recorded_frames.hpp"
#include "codec/decode.hpp"
#include "target.hpp"

#include <sessioncore/elevenlabs/post_call.hpp>

using namespace sessioncore;
using namespace sessioncore::elevenlabs;
using fuzz::require;

namespace {

void look_at_frame(std::string_view text) {
  const Frame frame = decode(text);
  if (const auto* bad = std::get_if<Malformed>(&frame)) {
    require(!bad->why.empty() && bad->why.size() < 200, "refused without a short reason");
    return;
  }
  ++fuzz::understood;
  if (const auto* call = std::get_if<ToolCall>(&frame))
    require(!call->call_id.empty(), "a tool call nobody can answer");
  if (const auto* ready = std::get_if<Ready>(&frame))
    require(!ready->conversation_id.empty(), "a conversation without an id");
}

void look_at_answer(std::string_view body) {
  std::string why;
  if (decode_signed_url(body, why)) {
    ++fuzz::understood;
  } else {
    require(!why.empty() && why.size() < 200, "refused without a short reason");
  }
  require(decode_api_error(body).size() < 400, "an error as long as what was answered");
}

void look_at_report(std::string_view body) {
  require(check_signature(body, "body", "secret", {1'760'000'000'000}) != SignatureCheck::good, "a forged signature");
  const auto report = parse_post_call(body);
  if (!report) {
    require(!report.error().detail.empty() && report.error().detail.size() < 200, "refused without a short reason");
    return;
  }
  ++fuzz::understood;
  const auto* call = std::get_if<PostCall>(&*report);
  require(call == nullptr || !call->conversation_id.empty(), "a report about no conversation");
}

}  // namespace

std::vector<std::string> fuzz::examples() {
  std::vector<std::string> texts{
      R"({"signed_url":"wss://example.com/v1/convai/conversation?agent_id=a&conversation_signature=s"})",
      R"({"type":"post_call_transcription","event_timestamp":1760000000,"data":{"agent_id":"a","conversation_id":"c",)"
      R"("status":"done","transcript":[{"role":"user","message":"hello"}],"metadata":{"call_duration_secs":12}}})"};
  for (const auto& frame : elevenlabs::testing::kRecorded) texts.emplace_back(frame.text);
  return texts;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  look_at_frame(text);
  look_at_answer(text);
  look_at_report(text);
  return 0;
}
