#include "import/documents.hpp"

#include "import/fields.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include <sessioncore/unipile/phone.hpp>

namespace sessioncore::server::importing {

using nlohmann::json;

namespace {

constexpr const char* kId = "_id";

std::string required_id(const json& document, const char* field) {
  return required(id_in(document, field), field, "an id");
}

/// The position of the field's text in `words`; empty without the field.
std::optional<std::size_t> word_in(const json& document, const std::string& field,
                                   const std::vector<std::string>& words) {
  const auto text = text_in(document, field);
  if (!text) return std::nullopt;
  const auto at = std::find(words.begin(), words.end(), *text);
  if (at != words.end()) return static_cast<std::size_t>(at - words.begin());
  std::string all;
  for (const auto& word : words) all += (all.empty() ? "" : ", ") + word;
  throw BadField(field, "expected one of " + all);
}

std::optional<ResolvedBy> resolved_by_in(const json& document, const std::string& field) {
  const auto at = word_in(document, field, {"human", "ai_timeout", "manual", "timeout"});
  return at ? std::optional(static_cast<ResolvedBy>(*at)) : std::nullopt;
}

void read_agent_conversation(const json& document, OldSession& session) {
  session.agent_conversation_id = text_in(document, "elevenlabs_conversation_id").value_or("");
  session.agent_conversation_created_at = time_in(document, "elevenlabs_conversation_created_at");
  session.agent_last_interaction_at = time_in(document, "elevenlabs_last_interaction_at");
}

void read_takeover(const json& document, OldSession& session) {
  session.taken_over_by = id_in(document, "taken_over_by");
  session.taken_over_at = time_in(document, "taken_over_at");
}

bool has(const json& document, const char* field) {
  const auto at = document.find(field);
  return at != document.end() && !at->is_null();
}

/// A chat that was moved to the newer shape has lost these fields; one that has an active session was moved, too.
bool is_older_shape(const json& document) {
  return !has(document, "active_session_id") &&
         (has(document, "mode") || has(document, "session_status") || has(document, "session_started_at"));
}

/// The session in the chat's own fields; empty if it had none.
std::optional<OldSession> embedded_session(const json& document, const OldChat& chat, const std::string& mode) {
  OldSession session;
  session.chat = chat.id;
  const auto status = word_in(document, "session_status", {"waiting", "active", "idle", "resolved"});
  const auto started_at = time_in(document, "session_started_at");
  session.grace_deadline = time_in(document, "session_grace_deadline");
  session.resolved_by = resolved_by_in(document, "session_resolved_by");
  read_takeover(document, session);
  read_agent_conversation(document, session);
  const bool waits = status && *status == 0;
  if (!started_at && !waits) return std::nullopt;
  const bool ended = (status && *status == 3) || session.resolved_by;
  session.status = ended ? OldStatus::resolved : waits ? OldStatus::waiting : OldStatus::active;
  session.held = mode == "human";
  session.started_at = required(started_at, "session_started_at", "a date, because session_status is waiting");
  return session;
}

std::vector<std::string> texts_in(const json& document, const std::string& field) {
  std::vector<std::string> texts;
  const auto at = document.find(field);
  if (at == document.end() || at->is_null()) return texts;
  if (!at->is_array()) throw BadField(field, "expected a list of texts");
  for (const json& text : *at) {
    if (!text.is_string()) throw BadField(field, "expected a list of texts");
    texts.push_back(text.get<std::string>());
  }
  return texts;
}

/// An object inside of the document; an empty one if it is missing.
json object_in(const json& document, const std::string& field) {
  const auto at = document.find(field);
  if (at == document.end() || at->is_null()) return json::object();
  if (!at->is_object()) throw BadField(field, "expected an object");
  return *at;
}

constexpr const char* kSettings = "settings.whatsapp_agent.";

/// Number by number: one that is none must not let the others be answered.
void read_blacklist(const json& settings, OldTenant& tenant) {
  const auto at = settings.find("blacklisted_numbers");
  if (at == settings.end() || at->is_null()) return;
  if (!at->is_array()) throw BadField("blacklisted_numbers", "expected a list of texts");
  for (std::size_t n = 0; n < at->size(); ++n) {
    const json& number = (*at)[n];
    std::string normal = number.is_string() ? unipile::normalise_phone(number.get<std::string>()) : std::string();
    const bool known_country = !unipile::lacks_country_code(normal);
    if (!normal.empty() && known_country) {
      tenant.blacklisted_numbers.push_back(std::move(normal));
    } else {
      tenant.problems.push_back(kSettings + ("blacklisted_numbers[" + std::to_string(n)) +
                                "]: expected a phone number" +
                                (known_country ? "" : " with its country code (none begins with 0)"));
    }
  }
}

}  // namespace

OldChat read_chat(const std::string& line) {
  const json document = parse_document(line);
  OldChat chat;
  chat.id = required_id(document, kId);
  chat.tenant = required_id(document, "tenant_id");
  chat.external_id = required_id(document, "unipile_chat_id");
  chat.account = text_in(document, "unipile_account_id").value_or("");
  chat.contact_name = text_in(document, "contact_name").value_or("");
  chat.contact_phone = text_in(document, "contact_phone").value_or("");
  chat.last_message_at = time_in(document, "last_message_at");
  chat.created_at = time_in(document, "createdAt");
  chat.updated_at = time_in(document, "updatedAt");
  chat.closed = flag_in(document, "is_closed").value_or(false);
  chat.active_session = id_in(document, "active_session_id");
  if (is_older_shape(document)) {
    (void)word_in(document, "mode", {"ai", "human", "closed"});
    const std::string mode = text_in(document, "mode").value_or("");
    chat.closed = chat.closed || mode == "closed";
    chat.embedded = embedded_session(document, chat, mode);
  }
  return chat;
}

OldSession read_session(const std::string& line) {
  const json document = parse_document(line);
  OldSession session;
  session.id = required_id(document, kId);
  session.chat = required_id(document, "chat_id");
  session.tenant = id_in(document, "tenant_id").value_or("");
  const auto status =
      required(word_in(document, "status", {"waiting", "active", "resolved"}), "status", "waiting, active or resolved");
  session.status = static_cast<OldStatus>(status);
  auto started_at = time_in(document, "started_at");
  if (!started_at) started_at = time_in(document, "createdAt");
  session.started_at = required(started_at, "started_at", "a date");
  session.resolved_by = resolved_by_in(document, "resolved_by");
  session.resolved_at = time_in(document, "resolved_at");
  session.grace_deadline = time_in(document, "grace_deadline");
  session.updated_at = time_in(document, "updatedAt");
  read_takeover(document, session);
  read_agent_conversation(document, session);
  return session;
}

OldMessage read_message(const std::string& line) {
  const json document = parse_document(line);
  OldMessage message;
  message.id = required_id(document, kId);
  message.chat = required_id(document, "chat_id");
  message.tenant = id_in(document, "tenant_id").value_or("");
  message.session = id_in(document, "session_id");
  message.provider_id = text_in(document, "unipile_message_id").value_or("");
  (void)required(word_in(document, "sender", {"contact", "ai", "human"}), "sender", "contact, ai or human");
  message.sender = *text_in(document, "sender");
  message.sender_name = text_in(document, "sender_name").value_or("");
  message.text = required(text_in(document, "text"), "text", "a text");
  message.through_us = flag_in(document, "sent_via_unipile");
  message.created_at = required(time_in(document, "createdAt"), "createdAt", "a date");
  return message;
}

OldTenant read_tenant(const std::string& line) {
  const json document = parse_document(line);
  OldTenant tenant;
  tenant.id = required_id(document, kId);
  tenant.name = text_in(document, "name").value_or(tenant.id);
  // A setting that cannot be read costs itself, not the tenant and its chats.
  const auto attempt = [&tenant](const std::string& path, auto&& read) {
    try {
      read();
    } catch (const BadField& bad) {
      tenant.problems.push_back(path + bad.what());
    }
  };
  json settings = json::object();
  attempt("", [&] { tenant.features = texts_in(document, "enabled_features"); });
  attempt("", [&] { settings = object_in(document, "settings"); });
  attempt("settings.", [&] { settings = object_in(settings, "whatsapp_agent"); });
  const auto read = [&](auto&& one) { attempt(kSettings, one); };
  read([&] { tenant.account = text_in(settings, "unipile_account_id").value_or(""); });
  read([&] { tenant.agent = id_in(settings, "agent_id"); });
  read([&] { tenant.elevenlabs_agent_id = text_in(settings, "elevenlabs_agent_id"); });
  read([&] { tenant.grace_seconds = number_in(settings, "grace_period_seconds"); });
  read([&] { read_blacklist(settings, tenant); });
  return tenant;
}

OldAgent read_agent(const std::string& line) {
  const json document = parse_document(line);
  OldAgent agent;
  agent.id = required_id(document, kId);
  agent.tenant = id_in(document, "tenant_id").value_or("");
  agent.name = text_in(document, "name").value_or(agent.id);
  auto elevenlabs = text_in(document, "elevenlabs_agent_id");
  if (!elevenlabs) elevenlabs = text_in(document, "elevenlabs_id");
  agent.elevenlabs_agent_id = required(std::move(elevenlabs), "elevenlabs_agent_id", "a text");
  agent.active = flag_in(document, "is_active").value_or(true);
  return agent;
}

OldUser read_user(const std::string& line) {
  const json document = parse_document(line);
  OldUser user;
  user.id = required_id(document, kId);
  user.email = required(text_in(document, "email"), "email", "a text");
  if (user.email.find('@') == std::string::npos) throw BadField("email", "expected an e-mail address");
  return user;
}

}  // namespace sessioncore::server::importing
