#include "render.hpp"

#include "option_fields.hpp"

#include <nlohmann/json.hpp>

namespace sessioncore::simulators::render {

using nlohmann::json;

namespace {

int flag(bool value) {
  return value ? 1 : 0;
}

std::string jid_of(const Attendee& attendee) {
  return digits_of(attendee.phone) + "@s.whatsapp.net";
}

json rest_attachment(const Attachment& item) {
  json shown = {{"id", item.id},        {"type", item.type},         {"file_size", item.content.size()},
                {"unavailable", false}, {"mimetype", item.mimetype}, {"url", "att://" + item.id}};
  if (item.type == "img") {
    shown["size"] = {{"width", 640}, {"height", 480}};
    shown["sticker"] = item.sticker;
  } else if (item.type == "video") {
    shown["size"] = {{"width", 640}, {"height", 480}};
    shown["gif"] = false;
  } else if (item.type == "audio") {
    shown["duration"] = 1;
    shown["voice_note"] = item.voice_note;
  } else {
    shown["file_name"] = item.file_name;
  }
  return shown;
}

json webhook_attachment(const BridgeOptions& options, const Attachment& item) {
  if (options.attachment_style == "plain") return rest_attachment(item);
  json shown = {{"attachment_id", item.id},
                {"attachment_type", item.type},
                {"attachment_mimetype", item.mimetype},
                {"attachment_size", item.content.size()},
                {"attachment_url", "att://" + item.id},
                {"attachment_unavailable", false}};
  if (item.type == "img") shown["attachment_sticker"] = item.sticker;
  if (item.type == "audio") shown["voice_note"] = item.voice_note;
  if (!item.file_name.empty()) shown["attachment_name"] = item.file_name;
  return shown;
}

json webhook_attendee(const Attendee& person) {
  const auto provider_id = provider_id_of(person);
  json specifics = {{"provider", "WHATSAPP"}, {"phone_number", person.style == "hidden" ? "hidden" : person.phone}};
  if (!person.lid.empty() && person.style != "classic") specifics["lid"] = person.lid;
  return {{"attendee_id", person.id},
          {"attendee_name", person.name},
          {"attendee_provider_id", provider_id},
          {"attendee_profile_url", nullptr},
          {"attendee_specifics", std::move(specifics)},
          {"attendee_public_identifier", person.style == "hidden" ? provider_id : jid_of(person)}};
}

json quoted_message(World& world, const Message& message) {
  const auto* quoted = message.quoted_id.empty() ? nullptr : world.message(message.quoted_id);
  if (quoted == nullptr) return nullptr;
  const auto* sender = world.attendee(quoted->sender_attendee_id);
  json attachments = json::array();
  for (const auto& item : quoted->attachments) attachments.push_back(rest_attachment(item));
  return {{"id", quoted->id},
          {"provider_id", quoted->provider_id},
          {"sender_id", sender == nullptr ? "" : provider_id_of(*sender)},
          {"text", quoted->text ? json(*quoted->text) : json(nullptr)},
          {"attachments", std::move(attachments)}};
}

json webhook_attendees(World& world, const BridgeOptions& options, const Chat& chat) {
  json list = json::array();
  for (const auto& id : chat.attendee_ids) {
    if (const auto* person = world.attendee(id)) list.push_back(webhook_attendee(*person));
  }
  if (options.attendees_include_self) list.insert(list.begin(), webhook_attendee(world.self_of(chat)));
  return list;
}

}  // namespace

json rest_account(const Account& account) {
  return {{"object", "Account"},
          {"type", "WHATSAPP"},
          {"id", account.id},
          {"name", account.name},
          {"created_at", iso_time(account.created_at_ms)},
          {"groups", json::array()},
          {"connection_params", {{"im", {{"phone_number", account.phone}}}}},
          {"sources", json::array({{{"id", account.id + "_MESSAGING"}, {"status", account.status}}})}};
}

json rest_chat(World& world, const Chat& chat) {
  json shown = {{"object", "Chat"},
                {"id", chat.id},
                {"account_id", chat.account_id},
                {"account_type", "WHATSAPP"},
                {"provider_id", chat.provider_id},
                {"name", chat.name},
                {"type", flag(chat.is_group)},
                {"timestamp", chat.timestamp_ms == 0 ? json(nullptr) : json(iso_time(chat.timestamp_ms))},
                {"unread_count", chat.unread_count},
                {"archived", flag(chat.archived)},
                {"muted_until", nullptr},
                {"read_only", 0},
                {"folder", json::array({"INBOX"})}};
  const auto* contact = chat.is_group ? nullptr : world.attendee(chat.attendee_ids.front());
  if (contact != nullptr) {
    shown["attendee_provider_id"] = provider_id_of(*contact);
    if (contact->style != "hidden") shown["attendee_public_identifier"] = jid_of(*contact);
  }
  return shown;
}

json rest_chat_with_last_message(World& world, const Chat& chat) {
  auto shown = rest_chat(world, chat);
  const Message* last = nullptr;
  for (const auto& message : world.messages) {
    if (message.chat_id == chat.id && (last == nullptr || message.timestamp_ms >= last->timestamp_ms)) last = &message;
  }
  shown["lastMessage"] = last == nullptr ? json(nullptr) : rest_message(world, *last);
  return shown;
}

json rest_message(World& world, const Message& message) {
  const auto* chat = world.chat(message.chat_id);
  const auto* sender = world.attendee(message.sender_attendee_id);
  json shown = {{"object", "Message"},
                {"id", message.id},
                {"account_id", chat == nullptr ? "" : chat->account_id},
                {"chat_id", message.chat_id},
                {"chat_provider_id", chat == nullptr ? "" : chat->provider_id},
                {"provider_id", message.provider_id},
                {"sender_id", sender == nullptr ? "" : provider_id_of(*sender)},
                {"sender_attendee_id", message.sender_attendee_id},
                {"text", message.text && !message.deleted ? json(*message.text) : json(nullptr)},
                {"timestamp", iso_time(message.timestamp_ms)},
                {"is_sender", flag(message.is_sender())},
                {"attachments", json::array()},
                {"reactions", json::array()},
                {"seen", flag(message.seen)},
                {"seen_by", json::object()},
                {"delivered", flag(message.delivered)},
                {"hidden", 0},
                {"deleted", flag(message.deleted)},
                {"edited", flag(message.edited)},
                {"is_event", flag(message.is_event)},
                {"behavior", nullptr},
                {"original", dump_json({{"key", {{"id", message.provider_id}}}})}};
  if (message.is_event) shown["event_type"] = message.event_type;
  for (const auto& item : message.attachments) shown["attachments"].push_back(rest_attachment(item));
  for (const auto& item : message.reactions) {
    shown["reactions"].push_back({{"value", item.value}, {"sender_id", item.sender_id}, {"is_sender", item.is_sender}});
  }
  auto quoted = quoted_message(world, message);
  if (!quoted.is_null()) shown["quoted"] = std::move(quoted);
  return shown;
}

json rest_attendee(const Attendee& person) {
  json shown = {{"object", "ChatAttendee"},
                {"id", person.id},
                {"account_id", person.account_id},
                {"provider_id", provider_id_of(person)},
                {"name", person.name},
                {"is_self", flag(person.is_self)},
                {"hidden", 0}};
  shown["public_identifier"] = person.style == "hidden" ? provider_id_of(person) : jid_of(person);
  return shown;
}

json rest_webhook(const World& world, const Webhook& webhook) {
  json accounts = json::array();
  for (const auto& account : world.accounts) {
    bool chosen = webhook.account_ids.empty();
    for (const auto& id : webhook.account_ids) chosen = chosen || id == account.id;
    if (chosen) accounts.push_back({{"id", account.id}, {"name", account.name}, {"type", "WHATSAPP"}});
  }
  json shown = {{"object", "Webhook"},
                {"id", webhook.id},
                {"type", "AUTO"},
                {"source", webhook.source},
                {"account_ids", std::move(accounts)},
                {"enabled", webhook.enabled},
                {"name", webhook.name},
                {"request_url", webhook.request_url},
                {"format", webhook.format},
                {"headers", json::array()},
                {"data", json::array()}};
  if (webhook.source == "messaging") shown["events"] = webhook.events;
  for (const auto& [key, value] : webhook.headers) shown["headers"].push_back({{"key", key}, {"value", value}});
  for (const auto& [key, name] : webhook.renames) shown["data"].push_back({{"key", key}, {"name", name}});
  return shown;
}

json webhook_message(World& world, const BridgeOptions& options, const std::string& event, const Message& message,
                     const std::string& reaction, const Attendee* reactor) {
  const auto& chat = *world.chat(message.chat_id);
  const auto& account = *world.account(chat.account_id);
  const auto* sender = world.attendee(message.sender_attendee_id);
  json body = {{"event", event},
               {"account_id", account.id},
               {"account_type", "WHATSAPP"},
               {"account_info", {{"type", "WHATSAPP"}, {"phone_number", account.phone}}},
               {"webhook_name", ""},
               {"chat_id", chat.id},
               {"provider_chat_id", chat.provider_id},
               {"message_id", message.id},
               {"provider_message_id", message.provider_id},
               {"message", message.text ? json(*message.text) : json(nullptr)},
               {"timestamp", iso_time(message.timestamp_ms)},
               {"sender", sender == nullptr ? json(nullptr) : webhook_attendee(*sender)},
               {"attendees", webhook_attendees(world, options, chat)},
               {"attachments", json::array()},
               {"quoted", quoted_message(world, message)},
               {"subject", nullptr},
               {"is_event", flag(message.is_event)},
               {"is_group", chat.is_group},
               {"is_forwarded", nullptr},
               {"message_type", nullptr},
               {"chat_pinned", 0},
               {"chat_content_type", nullptr},
               {"folder", json::array({"INBOX"})}};
  if (!options.omit_is_sender) body["is_sender"] = message.is_sender();
  if (message.is_event) body["event_type"] = message.event_type;
  for (const auto& item : message.attachments) body["attachments"].push_back(webhook_attachment(options, item));
  if (event == "message_reaction") {
    body["reaction"] = reaction;
    body["reaction_sender"] = reactor == nullptr ? json(nullptr) : webhook_attendee(*reactor);
  }
  return body;
}

json webhook_account_status(const BridgeOptions& options, const std::string& account_id, const std::string& message) {
  if (options.account_status_style == "flat") {
    return {{"account_id", account_id},
            {"account_type", "WHATSAPP"},
            {"account_status", message},
            {"account_status_specifics", nullptr}};
  }
  return {{"AccountStatus", {{"account_id", account_id}, {"account_type", "WHATSAPP"}, {"message", message}}}};
}

json error(int status, const std::string& type, const std::string& title, const std::string& detail) {
  return {
      {"status", status}, {"type", "errors/" + type}, {"title", title}, {"detail", detail}, {"instance", "/api/v1"}};
}

}  // namespace sessioncore::simulators::render
