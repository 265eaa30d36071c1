#include "api/views.hpp"

#include "iso_time.hpp"

#include <nlohmann/json.hpp>

namespace sessioncore::server {

using nlohmann::json;

namespace {

constexpr const char* kUnknownContact = "Bilinmiyor";  // the spec's default (S4.1), which its users see

json time_or_null(const std::optional<Instant>& at) {
  return at ? json(iso_time(*at)) : json(nullptr);
}

json text_or_null(const std::string& text) {
  return text.empty() ? json(nullptr) : json(text);
}

template <class Enumeration>
json name_or_null(const std::optional<Enumeration>& value) {
  return value ? json(std::string(to_string(*value))) : json(nullptr);
}

json person_or_null(const std::optional<UserId>& id, const FindPerson& find) {
  if (!id) return nullptr;
  const auto person = find(*id);
  return {
      {"_id", id->value}, {"name", person ? person->name : id->value}, {"email", person ? person->email : id->value}};
}

/// At most `count` code points; never cuts one in two.
std::string beginning(const std::string& text, std::size_t count) {
  std::size_t at = 0;
  while (at < text.size()) {
    const bool starts = (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
    if (starts && count-- == 0) break;
    ++at;
  }
  return text.substr(0, at);
}

/// S4.3: everything of the business is `human`; the name tells who it was.
struct Sender {
  const char* sender;
  std::string name;
  bool through_us;
};

Sender sender_of(const StoredMessage& message) {
  const bool goes_out = message.delivery != Delivery::suppressed;
  switch (message.author) {
    case Author::contact: return {"contact", message.sender_name, false};
    case Author::ai: return {"human", "AI", goes_out};
    case Author::human: break;
  }
  if (message.user) return {"human", message.user->value, goes_out};
  return {"human", "WhatsApp", false};
}

json attachments_of(const StoredMessage& message) {
  if (message.attachments.empty()) return json::array();
  auto parsed = json::parse(message.attachments, nullptr, false);
  return parsed.is_discarded() ? json(message.attachments) : parsed;
}

}  // namespace

json view_of_chat(const sqlite::ChatRow& chat, std::size_t preview_chars, const FindPerson& find) {
  const ChatFacts& facts = chat.facts;
  const ChatView& view = chat.view;
  return {{"_id", facts.id.value},
          {"tenant_id", facts.key.tenant.value},
          {"unipile_chat_id", facts.key.external_id},
          {"unipile_account_id", facts.account.value},
          {"contact_name", facts.contact_name.empty() ? kUnknownContact : facts.contact_name},
          {"contact_phone", facts.contact_phone},
          {"mode", std::string(to_string(view.mode))},
          {"taken_over_by", person_or_null(view.taken_over_by, find)},
          {"taken_over_at", time_or_null(view.taken_over_at)},
          {"last_message_at", iso_time(chat.last_message_at)},
          {"last_message_preview", beginning(chat.last_message_preview, preview_chars)},
          {"message_count", chat.message_count},
          {"session_status", std::string(to_string(view.session_status))},
          {"session_started_at", time_or_null(view.session_started_at)},
          {"session_grace_deadline", time_or_null(view.session_grace_deadline)},
          {"session_resolved_by", name_or_null(view.session_resolved_by)},
          {"createdAt", iso_time(facts.created_at)},
          {"updatedAt", iso_time(chat.updated_at)}};
}

json view_of_message(const ChatId& chat, const StoredMessage& message) {
  const Sender sender = sender_of(message);
  const bool outgoing = message.delivery != Delivery::none;
  return {{"_id", message_id(chat, message.number)},
          {"chat_id", chat.value},
          {"session_id", message.session == 0 ? json(nullptr) : json(session_id(chat, message.session))},
          {"unipile_message_id", text_or_null(message.provider_id.value)},
          {"sender", sender.sender},
          {"sender_name", sender.name},
          {"author", std::string(to_string(message.author))},
          {"text", message.text},
          {"kind", std::string(to_string(message.kind))},
          {"attachments", attachments_of(message)},
          {"sent_via_unipile", sender.through_us},
          {"delivery", outgoing ? json(std::string(to_string(message.delivery))) : json(nullptr)},
          {"delivery_error", text_or_null(message.delivery_error)},
          {"deleted", message.deleted},
          {"provider_time", iso_time(message.provider_time)},
          {"createdAt", iso_time(message.received_at)}};
}

json view_of_session(const TenantId& tenant, const ChatId& chat, const sqlite::SessionRow& session) {
  return {{"_id", session_id(chat, session.number)},
          {"chat_id", chat.value},
          {"tenant_id", tenant.value},
          {"status", std::string(spec_status(session.phase))},
          {"phase", std::string(to_string(session.phase))},
          {"resolved_by", name_or_null(session.resolved_by)},
          {"started_at", iso_time(session.started_at)},
          {"resolved_at", time_or_null(session.resolved_at)},
          {"grace_deadline", time_or_null(session.grace_deadline)},
          {"taken_over_by", session.taken_over_by ? json(session.taken_over_by->value) : json(nullptr)},
          {"taken_over_at", time_or_null(session.taken_over_at)},
          {"elevenlabs_conversation_id", text_or_null(session.agent_conversation_id)},
          {"elevenlabs_conversation_created_at", time_or_null(session.agent_conversation_created_at)},
          {"elevenlabs_last_interaction_at", time_or_null(session.agent_last_interaction_at)},
          {"message_count", session.message_count},
          {"createdAt", iso_time(session.started_at)},
          {"updatedAt", iso_time(session.updated_at)}};
}

json view_of_agent_conversation(const sqlite::AgentConversationRow& row) {
  return {{"conversation_id", row.conversation_id},
          {"agent_id", text_or_null(row.agent_id)},
          {"chat_id", row.chat ? json(row.chat->value) : json(nullptr)},
          {"session_id", row.chat ? json(session_id(*row.chat, row.session)) : json(nullptr)},
          {"status", text_or_null(row.status)},
          {"call_successful", text_or_null(row.call_successful)},
          {"transcript_summary", text_or_null(row.summary)},
          {"termination_reason", text_or_null(row.termination_reason)},
          {"started_at", time_or_null(row.started_at)},
          {"duration_seconds", row.duration_seconds ? json(*row.duration_seconds) : json(nullptr)},
          {"received_at", iso_time(row.received_at)}};
}

}  // namespace sessioncore::server
