/// libFuzzer entry for the frames and answers that come from outside.
#include "codec/decode.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto frame = sessioncore::elevenlabs::decode(text);
  if (const auto* bad = std::get_if<sessioncore::elevenlabs::Malformed>(&frame)) {
    if (bad->why.empty() || bad->why.size() > 200) __builtin_trap();
  }
  std::string why;
  (void)sessioncore::elevenlabs::decode_signed_url(text, why);
  return 0;
}
