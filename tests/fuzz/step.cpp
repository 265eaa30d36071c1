// The core from bytes: whatever happens to a chat, in whatever order, its state stays sound and survives the store.
#include "support/random_chat.hpp"
#include "support/soundness.hpp"
#include "target.hpp"

#include <sessioncore/core/rules.hpp>
#include <sessioncore/json.hpp>

using namespace sessioncore;
using fuzz::require;

namespace {

constexpr int kStepsMax = 400;

void look_at(const Step& decided, const Policy& policy) {
  const char* wrong = test_support::unsound(decided.next, policy);
  require(wrong == nullptr, wrong == nullptr ? "" : wrong);
  for (const auto id : decided.outcome.rules) require(find_rule(id) != nullptr, "P8: a rule that no table has");
  const auto stored = json::read_conversation(json::write(decided.next));
  require(stored && *stored == decided.next, "a state that the store would change");
}

}  // namespace

std::vector<std::string> fuzz::examples() {
  test_support::Dice dice(20260518);
  std::vector<std::string> chats(12);
  for (std::string& bytes : chats) {
    for (int n = 0; n < 1'500; ++n) bytes += static_cast<char>(dice.below(256));
  }
  return chats;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  test_support::RandomChat chat{test_support::Dice(fuzz::text_of(data, size))};
  for (int steps = 0; steps < kStepsMax && !chat.ended(); ++steps) {
    look_at(chat.give(chat.next_event()), chat.policy());
  }
  if (chat.state().message_count > 0) ++fuzz::understood;
  return 0;
}
