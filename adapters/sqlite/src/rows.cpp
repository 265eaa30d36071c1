#include "rows.hpp"

#include "connection.hpp"

#include <sessioncore/json.hpp>

namespace sessioncore::sqlite {
namespace {

template <class T>
T readable(Result<T> result, const char* what) {
  if (!result) throw Refused{{ErrorCode::corrupt, std::string(what) + ": " + result.error().detail}};
  return std::move(*result);
}

}  // namespace

ChatFacts read_facts(Query& row) {
  ChatFacts facts;
  facts.id = ChatId(row.text());
  facts.key.tenant = TenantId(row.text());
  facts.key.channel = row.text();
  facts.key.external_id = row.text();
  facts.account = AccountId(row.text());
  facts.contact_name = row.text();
  facts.contact_phone = row.text();
  facts.created_at = row.instant();
  return facts;
}

StoredMessage read_message(Query& row) {
  StoredMessage message;
  message.number = number_of(row.integer());
  message.session = row.number<SessionNumber>();
  message.author = row.number<Author>();
  message.user = row.optional<UserId>([&] { return row.text(); });
  message.provider_id = row.optional<ProviderMessageId>([&] { return row.text(); }).value_or(ProviderMessageId());
  message.provider_time = row.instant();
  message.received_at = row.instant();
  message.kind = row.number<MessageKind>();
  message.delivery = row.number<Delivery>();
  message.sender_name = row.text();
  message.text = row.text();
  message.attachments = row.text();
  message.delivery_error = row.text();
  message.deleted = row.integer() != 0;
  return message;
}

SessionChanged read_session(Query& row) {
  SessionChanged session;
  session.number = number_of(row.integer());
  session.phase = row.number<Phase>();
  session.started_at = row.instant();
  session.resolved_by = row.optional<ResolvedBy>([&] { return row.number<ResolvedBy>(); });
  session.resolved_at = row.optional_instant();
  session.grace_deadline = row.optional_instant();
  session.taken_over_by = row.optional<UserId>([&] { return row.text(); });
  session.taken_over_at = row.optional_instant();
  session.agent_conversation_id = row.text();
  session.agent_conversation_created_at = row.optional_instant();
  session.agent_last_interaction_at = row.optional_instant();
  session.message_count = row.number<std::uint32_t>();
  return session;
}

Conversation read_state(Query& row, const ChatId& chat) {
  return readable(json::read_conversation(row.text()), ("the state of chat " + chat.value).c_str());
}

Decision read_decision(Query& row) {
  Decision decision;
  decision.at = row.instant();
  decision.before = row.number<Phase>();
  decision.after = row.number<Phase>();
  decision.event = readable(json::read_event(row.text()), "the event of a decision");
  decision.outcome = readable(json::read_outcome(row.text()), "the outcome of a decision");
  decision.effects = readable(json::read_effects(row.text()), "the effects of a decision");
  return decision;
}

std::string preview(const std::string& text, std::size_t chars) {
  std::size_t end = 0;
  for (std::size_t count = 0; end < text.size(); ++end) {
    const bool begins_code_point = (static_cast<unsigned char>(text[end]) & 0xC0U) != 0x80U;
    if (begins_code_point && ++count > chars) break;
  }
  return text.substr(0, end);
}

}  // namespace sessioncore::sqlite
