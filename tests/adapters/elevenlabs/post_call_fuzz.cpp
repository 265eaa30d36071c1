/// libFuzzer entry for the webhook after a conversation: its signature header and its body.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <sessioncore/elevenlabs/post_call.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sessioncore::elevenlabs;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (check_signature(text, "body", "secret", {1'760'000'000'000}) == SignatureCheck::good) __builtin_trap();
  const auto report = parse_post_call(text);
  if (!report && (report.error().detail.empty() || report.error().detail.size() > 200)) __builtin_trap();
  if (const auto* call = report ? std::get_if<PostCall>(&*report) : nullptr) {
    if (call->conversation_id.empty() || (call->transcript && call->transcript->size() < 2)) __builtin_trap();
  }
  return 0;
}
