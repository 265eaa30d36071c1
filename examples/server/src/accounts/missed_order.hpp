/// The order in which the missed messages of one chat are given to the engine.
///
/// By the provider's time; except that old business messages go before the old questions they cover, so that the engine
/// knows of them when it sees those (R25). Pure.
#pragma once

#include <algorithm>
#include <chrono>
#include <vector>

#include <sessioncore/core/event.hpp>

namespace sessioncore::server {

[[nodiscard]] inline const InboundMessage& message_of(const Event& event) {
  const auto* contact = std::get_if<ContactMessage>(&event);
  return contact != nullptr ? static_cast<const InboundMessage&>(*contact) : std::get<SelfMessage>(event);
}

/// Of equal times a business message comes last and covers the others: within one second nobody knows the order, and a
/// human wins (P4, ADR 0113).
template <class Message>
void sort_by_time(std::vector<Message>& messages) {
  const auto covers = [](const Message& message) { return std::holds_alternative<SelfMessage>(message.event); };
  std::reverse(messages.begin(), messages.end());  // providers list the latest first
  std::stable_sort(messages.begin(), messages.end(), [&](const Message& a, const Message& b) {
    return a.at != b.at ? a.at < b.at : !covers(a) && covers(b);
  });
}

/// `Message` has an `event`, a message of the contact or of the business or a deletion, and `at`, its provider's time.
/// What is later than `old` is never late, so nothing is moved from there. Business messages are never moved past each
/// other: the first one may have come within a grace period that was over before the next (P4).
template <class Message>
void put_in_order(std::vector<Message>& messages, Instant old) {
  sort_by_time(messages);
  const auto recent =
      std::find_if(messages.begin(), messages.end(), [old](const Message& message) { return !(message.at < old); });
  const auto end = std::find_if(std::make_reverse_iterator(recent), messages.rend(), [](const Message& message) {
                     return std::holds_alternative<SelfMessage>(message.event);
                   }).base();
  if (end == messages.begin()) return;
  const auto second_of = [](Instant at) { return std::chrono::floor<std::chrono::seconds>(Duration(at.ms)); };
  // Within its second the last one makes no message late: it has to come after what it covers there.
  const auto last = second_of(std::prev(end)->at);
  std::stable_partition(messages.begin(), end, [&](const Message& message) {
    return !std::holds_alternative<ContactMessage>(message.event) || second_of(message.at) == last;
  });
}

}  // namespace sessioncore::server
