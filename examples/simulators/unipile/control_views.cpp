// What the control API shows: chats as on a phone, the sends, the deliveries.

#include "control_body.hpp"
#include "option_fields.hpp"

#include <nlohmann/json.hpp>

namespace sessioncore::simulators::control {

using nlohmann::json;

namespace {

json chat_head(Bridge& bridge, const Chat& chat) {
  json people = json::array();
  for (const auto& id : chat.attendee_ids) {
    const auto* person = bridge.world.attendee(id);
    if (person == nullptr) continue;
    people.push_back({{"attendee_id", id}, {"name", person->name}, {"phone", person->phone}, {"style", person->style}});
  }
  return {{"chat_id", chat.id},
          {"account_id", chat.account_id},
          {"provider_chat_id", chat.provider_id},
          {"name", chat.name},
          {"is_group", chat.is_group},
          {"unread_count", chat.unread_count},
          {"timestamp", chat.timestamp_ms == 0 ? json(nullptr) : json(iso_time(chat.timestamp_ms))},
          {"people", std::move(people)}};
}

json shown_message(const Message& message) {
  json attachments = json::array();
  for (const auto& item : message.attachments) {
    attachments.push_back({{"id", item.id}, {"type", item.type}, {"mimetype", item.mimetype}});
  }
  json reactions = json::array();
  for (const auto& item : message.reactions) reactions.push_back(item.value);
  return {{"message_id", message.id},
          {"provider_message_id", message.provider_id},
          {"from", message.origin},
          {"text", message.text ? json(*message.text) : json(nullptr)},
          {"timestamp", iso_time(message.timestamp_ms)},
          {"sender_attendee_id", message.sender_attendee_id},
          {"attachments", std::move(attachments)},
          {"reactions", std::move(reactions)},
          {"edited", message.edited},
          {"deleted", message.deleted},
          {"seen", message.seen},
          {"is_event", message.is_event}};
}

}  // namespace

json show_chats(Bridge& bridge) {
  json list = json::array();
  for (const auto& chat : bridge.world.chats) list.push_back(chat_head(bridge, chat));
  return {{"chats", std::move(list)}};
}

json show_chat(Bridge& bridge, const std::string& id) {
  auto shown = chat_head(bridge, chat_named(bridge, id));
  shown["messages"] = json::array();
  for (const auto& message : bridge.world.messages) {
    if (message.chat_id == id) shown["messages"].push_back(shown_message(message));
  }
  return shown;
}

json show_sends(Bridge& bridge) {
  json list = json::array();
  for (const auto& item : bridge.world.sends) {
    list.push_back({{"at_ms", item.at_ms},
                    {"route", item.route},
                    {"chat_id", item.chat_id},
                    {"text", item.text},
                    {"account_id", item.account_id},
                    {"quote_id", item.quote_id},
                    {"typing_duration", item.typing_duration},
                    {"attachments", item.attachments},
                    {"message_id", item.message_id.empty() ? json(nullptr) : json(item.message_id)},
                    {"outcome", item.outcome},
                    {"status", item.status}});
  }
  return {{"sends", std::move(list)}};
}

json show_deliveries(Bridge& bridge) {
  json list = json::array();
  for (const auto& item : bridge.sender.list()) {
    json attempts = json::array();
    for (const auto& attempt : item.attempts) {
      attempts.push_back({{"at_ms", attempt.at_ms},
                          {"duration_ms", attempt.duration_ms},
                          {"status", attempt.status},
                          {"error", attempt.error}});
    }
    const auto body = json::parse(item.body, nullptr, false);
    json headers = json::object();
    for (const auto& [key, value] : item.headers) headers[key] = value;
    list.push_back({{"delivery_id", item.id},
                    {"webhook_id", item.webhook_id},
                    {"url", item.url},
                    {"event", item.event},
                    {"chat_id", item.chat_id},
                    {"message_id", item.message_id},
                    {"state", item.state},
                    {"content_type", item.content_type},
                    {"headers", std::move(headers)},
                    {"body", body.is_discarded() ? json(item.body) : body},
                    {"attempts", std::move(attempts)}});
  }
  return {{"deliveries", std::move(list)}};
}

}  // namespace sessioncore::simulators::control
