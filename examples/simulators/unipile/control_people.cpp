// What people do on their phones: the contact, and the human who holds the business's phone.

#include "control_body.hpp"
#include "option_fields.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace sessioncore::simulators::control {

using nlohmann::json;

namespace {

std::string account_of(const Bridge& bridge, const json& body) {
  return text_field(body, "account_id", bridge.config.account_id);
}

// The contact a request names by phone; made known on first use.
Attendee& contact_of(Bridge& bridge, const json& body) {
  const auto account_id = account_of(bridge, body);
  if (bridge.world.account(account_id) == nullptr) throw NotFound("no account " + account_id);
  const auto phone = required_text(body, "phone");
  if (digits_of(phone).size() < 5) throw BadInput("phone must have at least five digits");
  if (auto* known = bridge.world.contact_by_phone(account_id, phone)) return *known;
  const auto style = text_field(body, "style", bridge.options.contact_style);
  if (style != "lid" && style != "classic" && style != "hidden") throw BadInput("style must be lid, classic or hidden");
  return bridge.world.add_attendee(account_id, phone, text_field(body, "name"), style);
}

Message read_message(Bridge& bridge, const json& body) {
  Message message;
  if (body.contains("text") && !body["text"].is_null()) message.text = text_field(body, "text");
  message.attachments = attachments_field(body);
  message.timestamp_ms = time_field(body, "timestamp").value_or(0);
  message.quoted_id = text_field(body, "quoted_id");
  if (!message.quoted_id.empty() && bridge.world.message(message.quoted_id) == nullptr) {
    throw NotFound("no message " + message.quoted_id);
  }
  message.is_event = flag_field(body, "is_event", false);
  message.event_type = number_field(body, "event_type", message.is_event ? 8 : 0);
  return message;
}

// No delay given: the option's. `webhook: false` writes without telling, as if the webhook was lost.
void tell(Bridge& bridge, const json& body, const Message& message) {
  if (!flag_field(body, "webhook", true)) return;
  bridge.emit("message_received", message, number_field(body, "delay_ms", bridge.options.webhook_delay_ms));
}

json written(const Message& message) {
  return {{"chat_id", message.chat_id},
          {"message_id", message.id},
          {"provider_message_id", message.provider_id},
          {"timestamp", iso_time(message.timestamp_ms)}};
}

}  // namespace

json write_as_contact(Bridge& bridge, const json& body) {
  allow_only(body, {"chat_id", "phone", "name", "text", "attachments", "timestamp", "style", "group", "quoted_id",
                    "is_event", "event_type", "account_id", "webhook", "delay_ms"});
  auto message = read_message(bridge, body);
  message.origin = "contact";
  Chat* chat = nullptr;
  const auto chat_id = text_field(body, "chat_id");
  if (!chat_id.empty()) {
    chat = &chat_named(bridge, chat_id);
    message.sender_attendee_id = chat->attendee_ids.front();
    if (body.contains("phone")) message.sender_attendee_id = contact_of(bridge, body).id;
  } else {
    const auto& contact = contact_of(bridge, body);
    const auto group = text_field(body, "group");
    message.sender_attendee_id = contact.id;
    chat = group.empty() ? &bridge.world.single_chat(contact) : &bridge.world.group_chat(contact, group);
  }
  const auto& stored = bridge.world.add_message(*chat, std::move(message));
  tell(bridge, body, stored);
  return written(stored);
}

json write_on_phone(Bridge& bridge, const json& body) {
  allow_only(body, {"chat_id", "phone", "name", "text", "attachments", "timestamp", "style", "quoted_id", "is_event",
                    "event_type", "account_id", "webhook", "delay_ms"});
  auto message = read_message(bridge, body);
  message.origin = "phone";
  const auto chat_id = text_field(body, "chat_id");
  auto& chat = chat_id.empty() ? bridge.world.single_chat(contact_of(bridge, body)) : chat_named(bridge, chat_id);
  message.sender_attendee_id = bridge.world.self_of(chat).id;
  const auto& stored = bridge.world.add_message(chat, std::move(message));
  tell(bridge, body, stored);
  return written(stored);
}

json edit_message(Bridge& bridge, const json& body) {
  allow_only(body, {"message_id", "text", "delay_ms"});
  auto& message = message_named(bridge, body);
  message.text = required_text(body, "text");
  message.edited = true;
  bridge.emit("message_edited", message, number_field(body, "delay_ms", 0));
  return written(message);
}

json delete_message(Bridge& bridge, const json& body) {
  allow_only(body, {"message_id", "delay_ms"});
  auto& message = message_named(bridge, body);
  message.deleted = true;
  bridge.emit("message_deleted", message, number_field(body, "delay_ms", 0));
  return written(message);
}

json react(Bridge& bridge, const json& body) {
  allow_only(body, {"message_id", "reaction", "by_business", "delay_ms"});
  auto& message = message_named(bridge, body);
  const auto& chat = chat_named(bridge, message.chat_id);
  const bool by_business = flag_field(body, "by_business", false);
  const auto& reactor = by_business ? bridge.world.self_of(chat) : *bridge.world.attendee(chat.attendee_ids.front());
  const auto reaction = required_text(body, "reaction");
  message.reactions.push_back({reaction, provider_id_of(reactor), by_business});
  bridge.emit("message_reaction", message, number_field(body, "delay_ms", 0), reaction, &reactor);
  return written(message);
}

json mark_read(Bridge& bridge, const json& body) {
  allow_only(body, {"message_id", "chat_id"});
  json read = json::array();
  const auto read_one = [&](Message& message) {
    message.seen = message.delivered = true;
    bridge.emit("message_read", message, 0);
    read.push_back(message.id);
  };
  if (body.contains("message_id")) {
    read_one(message_named(bridge, body));
  } else {
    const auto chat_id = chat_named(bridge, required_text(body, "chat_id")).id;
    for (auto& message : bridge.world.messages) {
      if (message.chat_id == chat_id && message.is_sender() && !message.seen) read_one(message);
    }
  }
  return {{"read", read}};
}

json mark_delivered(Bridge& bridge, const json& body) {
  allow_only(body, {"message_id"});
  auto& message = message_named(bridge, body);
  message.delivered = true;
  bridge.emit("message_delivered", message, 0);
  return written(message);
}

}  // namespace sessioncore::simulators::control
