// Values written by the names of their members: what is left out has its default, and the strictest compiler is
// content.
#include <iostream>

#include <sessioncore/runtime/runtime.hpp>

namespace {

using namespace sessioncore;

const Policy kPolicy{.agent = AgentId("reception"), .grace_period = std::chrono::minutes(1)};
const ChatFacts kChat{.key = {.tenant = TenantId("clinic"), .channel = "webchat", .external_id = "42"}};
const RuntimeOptions kOptions{.queue_max = 8, .engine = {.new_chat_id = [] { return ChatId("chat-1"); }}};

ContactMessage question(Instant at) {
  return {{.provider_id = ProviderMessageId("in-1"), .provider_time = at, .text = "Are you open on Sunday?"}};
}

// One of each kind that a channel, an agent or a person reports.
const Event kEvents[] = {
    SelfMessage{{.provider_id = ProviderMessageId("out-1"), .text = "Yes"}},
    MessageEdited{.provider_id = ProviderMessageId("in-1"), .text = "Are you open on Monday?"},
    MessageDeleted{.provider_id = ProviderMessageId("in-1")},
    DeliveryReport{.provider_id = ProviderMessageId("out-1"), .delivery = ReportedDelivery::read},
    LinkReady{.generation = 1},
    AgentReplied{.generation = 1, .text = "Yes"},
    AgentToolCalled{.generation = 1, .tool = "transfer_to_human"},
    LinkClosed{.generation = 1, .loss = LinkLoss::busy},
    SendSucceeded{.send = {.message = 1, .attempt = 1}},
    SendFailed{.send = {.message = 1, .attempt = 1}, .failure = SendFailure::permanent},
    HandoffRequested{.detail = "asks for a doctor"},
    TakeOver{.user = UserId("ana")},
    Release{.user = UserId("ana"), .immediate = true},
    Close{.user = UserId("ana")},
    Reopen{.user = UserId("ana")},
    SendText{.user = UserId("ana"), .text = "I will ask"},
};

}  // namespace

int main() {
  const Instant now{.ms = 1'700'000'000'000};
  Conversation state = step(Conversation{}, question(now), kPolicy, now).next;
  if (next_deadline(state) != now + std::chrono::minutes(1)) return 1;
  for (const Event& event : kEvents) state = step(state, event, kPolicy, now).next;
  if (!kOptions.engine.new_chat_id || kChat.key.external_id != "42") return 1;
  const Input input{.chat = kChat, .event = question(now)};
  const Result<void> full = Error{.code = ErrorCode::full};
  if (input.done || full) return 1;
  std::cout << state.message_count << " messages\n";
}
