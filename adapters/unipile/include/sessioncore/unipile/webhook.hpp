/// What Unipile posts to us, read into events of the core. Pure: bytes in, values out.
///
/// A delivery is read as JSON whatever its content type says: webhooks made by the API arrive as form data with a JSON
/// body unless a header was configured. Errors name the field and what was expected there; they never quote the input.
/// Thread rule: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include <sessioncore/core/event.hpp>
#include <sessioncore/result.hpp>

namespace sessioncore::unipile {

/// Something happened in a one-to-one WhatsApp chat.
struct MessageWebhook {
  std::string account_id;
  std::string chat_id;        ///< Unipile's id of the chat; the key, because the contact's number may be hidden (R16)
  std::string contact_name;   ///< empty when the delivery does not tell
  std::string contact_phone;  ///< `+` and digits, or empty when hidden (R16)
  Event event;  ///< ContactMessage, SelfMessage, MessageEdited, MessageDeleted or DeliveryReport; see fill_missing_time
};

/// State of a connected account, in a webhook or in the account itself. `other`: a word this version does not know.
enum class AccountStatus {
  ok,
  error,
  stopped,
  credentials,
  connecting,
  permissions,
  deleted,
  creation_success,
  reconnected,
  sync_success,
  other
};
[[nodiscard]] std::string_view to_string(AccountStatus status);
[[nodiscard]] AccountStatus account_status(std::string_view word);

/// What a status says about sending. `unchanged`: it says nothing (a step on the way).
enum class Connectivity { connected, disconnected, unchanged };
[[nodiscard]] Connectivity connectivity(AccountStatus status);

struct AccountStatusWebhook {
  std::string account_id;
  AccountStatus status = AccountStatus::other;
};

/// Why a well-formed delivery is no event for us (S7.1, R15, R16, R17).
enum class DiscardReason {
  other_provider,  ///< the account is not a WhatsApp account
  unknown_event,
  reaction,
  system_event,  ///< group changes, missed calls
  group,
  broadcast,  ///< status updates and channels
  no_content  ///< neither text nor attachment
};
[[nodiscard]] std::string_view to_string(DiscardReason reason);

struct Discarded {
  DiscardReason why = DiscardReason::unknown_event;
};

using Webhook = std::variant<MessageWebhook, AccountStatusWebhook, Discarded>;

/// Reads one delivery. `invalid_argument`: malformed; `detail` is such as
/// "message: expected string or null, got number".
[[nodiscard]] Result<Webhook> parse_webhook(std::string_view body);

/// A message whose timestamp is missing or cannot be read yields the provider time 0. The codec reads no clock: the
/// caller puts `now` there. True if it had to.
bool fill_missing_time(Event& event, Instant now);

}  // namespace sessioncore::unipile
