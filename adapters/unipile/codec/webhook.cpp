#include "sessioncore/unipile/webhook.hpp"

#include "attendees.hpp"
#include "fields.hpp"
#include "message.hpp"

#include <optional>
#include <utility>

#include <sessioncore/core/blank.hpp>

namespace sessioncore::unipile {
namespace {

using codec::Fields;

constexpr std::string_view kProvider = "WHATSAPP";

bool is_other_provider(const Fields& fields) {
  const auto type = fields.text("account_type");
  return !type.empty() && type != kProvider;
}

Webhook read_status(const Fields& fields, const char* status_key) {
  if (is_other_provider(fields)) return Discarded{DiscardReason::other_provider};
  return AccountStatusWebhook{fields.id("account_id"), account_status(fields.id(status_key))};
}

// The documented form nests the status under `AccountStatus`; newer subscriptions list `account_status`, as an object
// of the same shape or as a word next to `account_id`.
std::optional<Webhook> read_account_status(const Fields& body) {
  if (const auto status = body.object("AccountStatus")) return read_status(*status, "message");
  const auto* newer = body.find("account_status");
  if (newer == nullptr) return std::nullopt;
  if (newer->is_string()) return read_status(body, "account_status");
  return read_status(*body.object("account_status"), "message");
}

enum class EventName { received, edited, deleted, read, delivered, reaction, unknown };

EventName event_name(std::string_view name) {
  if (name == "message_received") return EventName::received;
  if (name == "message_edited") return EventName::edited;
  if (name == "message_deleted") return EventName::deleted;
  if (name == "message_read") return EventName::read;
  if (name == "message_delivered") return EventName::delivered;
  if (name == "message_reaction") return EventName::reaction;
  return EventName::unknown;
}

std::optional<Event> read_received(const Fields& body, bool own, const std::string& sender_name) {
  auto message = codec::read_message(body, codec::kWebhookNames);
  if (!codec::has_content(message)) return std::nullopt;
  message.sender_name = sender_name;
  if (own) return SelfMessage{std::move(message)};
  return ContactMessage{std::move(message)};
}

template <class Kind>
Kind about(const ProviderMessageId& id) {
  Kind event;
  event.provider_id = id;
  return event;
}

DeliveryReport report(const ProviderMessageId& id, ReportedDelivery delivery) {
  auto event = about<DeliveryReport>(id);
  event.delivery = delivery;
  return event;
}

// Empty: nothing in it that could change anything.
std::optional<Event> read_event(EventName name, const Fields& body, bool own, const std::string& sender_name) {
  if (name == EventName::received) return read_received(body, own, sender_name);
  const ProviderMessageId id(body.id("message_id"));
  if (name == EventName::deleted) return about<MessageDeleted>(id);
  if (name == EventName::read) return report(id, ReportedDelivery::read);
  if (name == EventName::delivered) return report(id, ReportedDelivery::delivered);
  auto edited = about<MessageEdited>(id);
  edited.text = body.text("message");
  // An edit without its new text must not empty a question that is waiting.
  if (is_blank(edited.text)) return std::nullopt;
  return edited;
}

std::optional<DiscardReason> discard_reason(EventName name, const Fields& body, codec::ChatShape shape) {
  if (body.flag("is_event").value_or(false)) return DiscardReason::system_event;
  if (shape == codec::ChatShape::group) return DiscardReason::group;
  if (shape == codec::ChatShape::broadcast) return DiscardReason::broadcast;
  if (name == EventName::reaction) return DiscardReason::reaction;
  return std::nullopt;
}

Webhook read_message_webhook(const Fields& body) {
  MessageWebhook webhook;
  webhook.account_id = body.id("account_id");
  if (is_other_provider(body)) return Discarded{DiscardReason::other_provider};
  const auto name = event_name(body.id("event"));
  if (name == EventName::unknown) return Discarded{DiscardReason::unknown_event};
  const codec::Participants people(body);
  if (const auto why = discard_reason(name, body, people.shape())) return Discarded{*why};

  webhook.chat_id = body.id("chat_id");
  const bool own = body.flag("is_sender").value_or(people.sender_is_own());
  auto contact = people.contact(own);
  auto event = read_event(name, body, own, own ? people.sender().name : contact.name);
  if (!event) return Discarded{DiscardReason::no_content};
  webhook.event = std::move(*event);
  webhook.contact_name = std::move(contact.name);
  webhook.contact_phone = std::move(contact.phone);
  return webhook;
}

}  // namespace

std::string_view to_string(DiscardReason reason) {
  switch (reason) {
    case DiscardReason::other_provider: return "other_provider";
    case DiscardReason::unknown_event: return "unknown_event";
    case DiscardReason::reaction: return "reaction";
    case DiscardReason::system_event: return "system_event";
    case DiscardReason::group: return "group";
    case DiscardReason::broadcast: return "broadcast";
    case DiscardReason::no_content: return "no_content";
  }
  return "unknown";
}

Result<Webhook> parse_webhook(std::string_view body) {
  return codec::read_object(body, [](const Fields& fields) -> Result<Webhook> {
    if (auto status = read_account_status(fields)) return std::move(*status);
    return read_message_webhook(fields);
  });
}

bool fill_missing_time(Event& event, Instant now) {
  InboundMessage* message = std::get_if<ContactMessage>(&event);
  if (message == nullptr) message = std::get_if<SelfMessage>(&event);
  if (message == nullptr || message->provider_time.ms != 0) return false;
  message->provider_time = now;
  return true;
}

}  // namespace sessioncore::unipile
