/// The order in which the missed messages of one chat are given to the engine.
///
/// By the provider's time; except that the last of the old business messages goes before the others, so that the
/// engine knows what it covers when it sees that (R25). Pure.
#pragma once

#include <algorithm>
#include <vector>

#include <sessioncore/core/event.hpp>

namespace sessioncore::server {

[[nodiscard]] inline const InboundMessage& message_of(const Event& event) {
  const auto* contact = std::get_if<ContactMessage>(&event);
  return contact != nullptr ? static_cast<const InboundMessage&>(*contact) : std::get<SelfMessage>(event);
}

/// `Message` has an `event`, a message of the contact or of the business, and `at`, its provider's time. What is later
/// than `old` is never late, so nothing is moved from there. Providers list the latest first: equal times are turned.
template <class Message>
void put_in_order(std::vector<Message>& messages, Instant old) {
  std::reverse(messages.begin(), messages.end());
  std::stable_sort(messages.begin(), messages.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  const auto recent =
      std::find_if(messages.begin(), messages.end(), [old](const auto& message) { return !(message.at < old); });
  const auto last = std::find_if(std::make_reverse_iterator(recent), messages.rend(), [](const auto& message) {
    return std::holds_alternative<SelfMessage>(message.event);
  });
  if (last != messages.rend()) std::rotate(messages.begin(), std::prev(last.base()), last.base());
}

}  // namespace sessioncore::server
