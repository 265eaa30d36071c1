/// Identifiers as distinct types, so that a session id cannot be passed where a chat id is meant.
///
/// Only the chat id comes from outside (an injected id source). Messages and sessions are numbered within their chat
/// (`<chat>-m<n>`, `<chat>-s<n>`), so that replaying the same events gives the same ids.
/// Thread rule: plain values; share them as you would share an int.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace sessioncore {

/// A string with a type of its own. Empty means "not set".
template <class Tag>
struct Id {
  std::string value;

  Id() = default;
  explicit Id(std::string text) : value(std::move(text)) {}
  [[nodiscard]] bool empty() const { return value.empty(); }
  friend auto operator<=>(const Id&, const Id&) = default;
};

using ChatId = Id<struct ChatTag>;
using TenantId = Id<struct TenantTag>;
using UserId = Id<struct UserTag>;
using AgentId = Id<struct AgentTag>;
/// The connected account of a channel through which a chat runs.
using AccountId = Id<struct AccountTag>;
/// The channel's own id of a message: the key by which a delivery counts once (P2).
using ProviderMessageId = Id<struct ProviderMessageTag>;

/// n of `<chat>-m<n>`, from 1. 0 means "no message".
using MessageNumber = std::uint32_t;
/// n of `<chat>-s<n>`, from 1. 0 means "no session".
using SessionNumber = std::uint32_t;
/// Counts the links to the agent of one chat; what carries an old number is out of date.
using Generation = std::uint32_t;

[[nodiscard]] inline std::string message_id(const ChatId& chat, MessageNumber number) {
  return chat.value + "-m" + std::to_string(number);
}
[[nodiscard]] inline std::string session_id(const ChatId& chat, SessionNumber number) {
  return chat.value + "-s" + std::to_string(number);
}

}  // namespace sessioncore

template <class Tag>
struct std::hash<sessioncore::Id<Tag>> {
  std::size_t operator()(const sessioncore::Id<Tag>& id) const noexcept { return std::hash<std::string>{}(id.value); }
};
