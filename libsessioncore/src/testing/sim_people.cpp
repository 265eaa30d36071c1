// What the people of a simulation do: the entries of the plan.
#include "testing/sim_world.hpp"

#include <algorithm>

namespace sessioncore::testing {

using std::chrono::minutes;
using std::chrono::seconds;

void World::perform(const PlanEntry& entry, std::size_t n) {
  trace("plan " + text_of(entry));
  const auto chat = chat_id(entry.chat);
  switch (entry.deed) {
    case Deed::contact_writes: return contact_writes(entry, n);
    case Deed::phone_writes:
      if (chat) channel_.person_writes(*chat, n);
      return;
    case Deed::take_over:
    case Deed::release:
    case Deed::close:
    case Deed::reopen:
    case Deed::operator_sends:
    case Deed::handoff: return command(entry);
    case Deed::edit:
    case Deed::deletion:
    case Deed::report: return about_a_message(entry);
    case Deed::crash:
      if (engine_) crash();
      return;
    case Deed::crash_at_point: crash_point_ = 1 + static_cast<int>(entry.detail % 6); return;
    case Deed::store_fault:
      return store.port().fail_next(static_cast<StoreOperation>(entry.detail % 5),
                                    entry.detail % 2 == 0 ? StoreFault::before : StoreFault::after,
                                    1 + entry.detail % 3);
    case Deed::clock_jump:
      // Once: an echo is matched by either clock, and two jumps in its way would leave it neither.
      if (skew_ == Duration(0))
        skew_ = entry.detail % 2 == 0 ? minutes(entry.detail % 90) : -seconds(entry.detail % 90);
      return guarded([] {});
    case Deed::agent_toggle: agent_on_ = !agent_on_; return;
    case Deed::blacklist_toggle:
      blacklisted_[entry.chat] = !blacklisted_[entry.chat];
      if (chat) post(*chat, BlacklistChanged{}, Duration(0));
      return;
    case Deed::account_toggle:
      if (account_ == AccountState::connected)
        return account_turns(entry.detail % 8 == 0 ? AccountState::removed : AccountState::disconnected);
      account_turns(entry.detail % 2 == 0 ? AccountState::connected : AccountState::catching_up);
      return schedule.after(seconds(15), [this] {
        if (account_ == AccountState::catching_up) account_turns(AccountState::connected);
      });
  }
}

// The policy says it at once; the chats are told one after the other, and a crash meanwhile loses the rest.
void World::account_turns(AccountState state) {
  account_ = state;
  Duration after{};
  for (std::uint64_t chat = 0; chat < plan_.chats; ++chat) {
    after += dice.between(Duration(0), seconds(3), luck_account, result_.decisions, chat);
    if (const auto id = chat_id(chat)) post(*id, AccountChanged{}, after);
  }
}

void World::contact_writes(const PlanEntry& entry, std::size_t n) {
  ContactMessage message;
  message.provider_id = ProviderMessageId("in-" + std::to_string(n));
  message.provider_time = provider_now();
  message.text = "Question " + std::to_string(n);
  if (entry.detail % 23 == 1) {
    message.text.clear();
    message.kind = MessageKind::image;
  }
  const bool slow = dice.chance(faults().slow_webhook, luck_webhook, n);
  const Duration delay = slow ? dice.between(seconds(1), minutes(4), luck_webhook, n, 1)
                              : dice.between(Duration(0), seconds(2), luck_webhook, n, 2);
  if (sabotaged(Sabotage::lose_acknowledged_message)) {
    if (const auto chat = chat_id(entry.chat)) return checks.on_acknowledged(*chat, message.provider_id);
  }
  webhook(facts(entry.chat), message, delay);
}

void World::command(const PlanEntry& entry) {
  const auto chat = chat_id(entry.chat);
  if (!chat || !engine_) return;
  const UserId user(entry.detail % 3 == 0 ? "user-2" : "user-1");
  const bool option = entry.detail % 2 == 0;
  Event event = HandoffRequested{"simulated"};
  if (entry.deed == Deed::take_over) event = TakeOver{user, option};
  if (entry.deed == Deed::release) event = Release{user, option};
  if (entry.deed == Deed::close) event = Close{user};
  if (entry.deed == Deed::reopen) event = Reopen{user};
  if (entry.deed == Deed::operator_sends) {
    event = SendText{user, "Operator says " + std::to_string(entry.detail), option};
  }
  inbox_.push_back({*chat, event, {}});
  pump();
}

void World::about_a_message(const PlanEntry& entry) {
  const auto chat = chat_id(entry.chat);
  if (!chat) return;
  const auto messages = store.truth().all_messages(*chat);
  if (messages.empty()) return;
  const StoredMessage& message = messages[entry.detail % messages.size()];
  if (message.provider_id.empty()) return;
  ChatFacts known;
  known.id = *chat;
  if (entry.deed == Deed::edit) {
    webhook(known, MessageEdited{message.provider_id, message.text + " (edited)", std::nullopt}, Duration(0));
  } else if (entry.deed == Deed::deletion) {
    webhook(known, MessageDeleted{message.provider_id, std::nullopt}, Duration(0));
  } else {
    const auto what = entry.detail % 2 == 0 ? ReportedDelivery::read : ReportedDelivery::delivered;
    webhook(known, DeliveryReport{message.provider_id, what, std::nullopt, Delivery::none}, Duration(0));
    // Often both come together, in any order.
    const auto other = entry.detail % 2 == 0 ? ReportedDelivery::delivered : ReportedDelivery::read;
    if (entry.detail % 3 != 0)
      webhook(known, DeliveryReport{message.provider_id, other, std::nullopt, Delivery::none}, Duration(0));
  }
}

}  // namespace sessioncore::testing
