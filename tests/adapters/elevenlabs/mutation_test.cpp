/// A bounded, repeatable stand-in for the fuzzer: recorded frames, damaged.
#include "codec/decode.hpp"
#include "recorded_frames.hpp"

#include <algorithm>
#include <random>
#include <string>

#include <doctest/doctest.h>

using namespace sessioncore::elevenlabs;
using sessioncore::elevenlabs::testing::kRecorded;

namespace {

constexpr int kRounds = 2000;  // for each recorded frame

std::string damaged(std::string text, std::mt19937& random) {
  static constexpr std::string_view kPieces = "{}[]\",:0129.eE-+\\untrfalse \xff\xc3\x00";
  const auto below = [&random](std::size_t n) { return n == 0 ? 0 : random() % n; };
  for (auto changes = 1 + below(4); changes > 0; --changes) {
    const auto at = below(text.size());
    switch (below(5)) {
      case 0:
        if (!text.empty()) text[at] = kPieces[below(kPieces.size())];
        break;
      case 1: text.insert(at, 1, kPieces[below(kPieces.size())]); break;
      case 2: text.erase(at, 1 + below(12)); break;
      case 3: text.insert(at, text.substr(below(text.size()), below(40))); break;
      default: text.resize(at);
    }
  }
  return text;
}

}  // namespace

TEST_CASE("damaged frames are understood or refused with a reason, never more") {
  std::mt19937 random(20260101);
  int malformed = 0;
  int understood = 0;
  for (const auto& frame : kRecorded) {
    for (int round = 0; round < kRounds; ++round) {
      const auto decoded = decode(damaged(std::string(frame.text), random));
      if (const auto* bad = std::get_if<Malformed>(&decoded)) {
        ++malformed;
        REQUIRE_FALSE(bad->why.empty());
        REQUIRE(bad->why.size() < 120);
      } else {
        ++understood;
      }
      if (const auto* call = std::get_if<ToolCall>(&decoded)) REQUIRE_FALSE(call->call_id.empty());
      if (const auto* ready = std::get_if<Ready>(&decoded)) REQUIRE_FALSE(ready->conversation_id.empty());
    }
  }
  CHECK(malformed > 1000);
  CHECK(understood > 1000);
}

TEST_CASE("every beginning of a frame is refused or understood") {
  for (const auto& frame : kRecorded) {
    for (std::size_t length = 0; length < frame.text.size(); ++length) {
      REQUIRE(std::holds_alternative<Malformed>(decode(frame.text.substr(0, length))));
    }
  }
}
