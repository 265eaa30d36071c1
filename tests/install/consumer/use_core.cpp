// The core alone: a contact writes, a deadline follows.
#include <iostream>

#include <sessioncore/core/rules.hpp>
#include <sessioncore/core/step.hpp>

int main() {
  using namespace sessioncore;
  ContactMessage message;
  message.provider_id = ProviderMessageId("wamid.1");
  message.text = "Are you open on Sunday?";
  const Instant now{1'700'000'000'000};
  message.provider_time = now;
  const Step decided = step(Conversation{}, Event(message), Policy{}, now);
  if (decided.outcome.verdict != Verdict::accepted || phase_of(decided.next) != Phase::waiting) return 1;
  const auto deadline = next_deadline(decided.next);
  if (!deadline || *deadline != now + Policy{}.grace_period) return 1;
  std::cout << decided.outcome.rules.front() << " of " << rule_tables().size() << " tables\n";
}
