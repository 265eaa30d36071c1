// What is remembered of texts that went out, so that their echoes are known as ours (R3).
#include <algorithm>
#include <string>

#include <doctest/doctest.h>

#include <sessioncore/core/step.hpp>

using namespace sessioncore;

namespace {

constexpr Instant kAt{1'000'000};
constexpr int kTexts = 40;

std::string text_of(int n) {
  return "text " + std::to_string(n);
}

// A person sent `kTexts` texts, and the channel took each without telling an id: any echo is still to come.
Conversation without_ids() {
  Conversation state;
  for (int n = 0; n < kTexts; ++n) {
    const Step sent = step(state, SendText{UserId("ada"), text_of(n), true}, Policy{}, kAt);
    REQUIRE(sent.outcome.verdict == Verdict::accepted);
    state = step(sent.next, SendSucceeded{{sent.outcome.message, 1}, {}, {}}, Policy{}, kAt).next;
  }
  return state;
}

Outcome echo_of(const Conversation& state, int n) {
  SelfMessage echo;
  echo.provider_id = ProviderMessageId("echo");
  echo.provider_time = kAt;
  echo.text = text_of(n);
  return step(state, echo, Policy{}, kAt).outcome;
}

}  // namespace

TEST_CASE("R3: of texts that never got an id the latest are remembered, and their echoes are ours") {
  const Conversation state = without_ids();
  // 32 and the one that was sent last.
  CHECK(state.sends.size() == 33);
  CHECK(echo_of(state, kTexts - 1).reason == Reason::own_echo);
  CHECK(echo_of(state, kTexts - 33).reason == Reason::own_echo);
  // So old that it can only be somebody who says the same.
  CHECK(echo_of(state, kTexts - 34).reason == Reason::none);
}
