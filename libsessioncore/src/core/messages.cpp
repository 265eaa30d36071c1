#include "core/messages.hpp"

#include "core/agent_turns.hpp"
#include "core/answers.hpp"
#include "core/classify.hpp"
#include "core/text.hpp"

#include <algorithm>

namespace sessioncore::detail {
namespace {

Duration limit_of(const Policy& policy, Phase phase) {
  switch (phase) {
    case Phase::ai: return policy.ai_inactivity;
    case Phase::queued: return policy.queued_inactivity;
    case Phase::human: return policy.human_inactivity;
    case Phase::none:
    case Phase::waiting:
    case Phase::resolved:
    default: break;
  }
  return Duration(0);
}

// How long the phase may be silent; 0: as long as it likes, which "for ever" says as well.
Duration inactivity_of(const Policy& policy, Phase phase) {
  const Duration limit = limit_of(policy, phase);
  return limit < kForever ? limit : Duration(0);
}

MessageNumber append(Draft& draft, MessageRecorded row) {
  Conversation& state = draft.state();
  row.number = ++state.message_count;
  row.received_at = draft.now;
  if (row.session != 0) {  // it is the active one
    ++state.session.message_count;
    draft.session_dirty = true;
  }
  if (draft.out.outcome.message == 0) draft.out.outcome.message = row.number;
  draft.record(row);
  return row.number;
}

MessageRecorded inbound_row(const Draft& draft, const InboundMessage& message, Author author, SessionNumber session) {
  MessageRecorded row;
  row.session = session;
  row.author = author;
  row.provider_id = message.provider_id;
  row.provider_time = provider_time(message, draft.now);
  row.sender_name = message.sender_name;
  row.text = display_text(message);
  row.kind = message.kind;
  row.attachments = message.attachments;
  return row;
}

void raise(std::optional<Instant>& latest, Instant at) {
  latest = latest ? std::max(*latest, at) : at;
}

}  // namespace

void touch(Draft& draft) {
  const Duration limit = inactivity_of(draft.policy, draft.phase());
  auto& deadline = draft.state().session.inactivity_deadline;
  deadline = limit > Duration(0) ? std::optional(draft.now + limit) : std::nullopt;
}

void keep_silence(Draft& draft, Phase before) {
  const Duration old_limit = inactivity_of(draft.policy, before);
  const Duration new_limit = inactivity_of(draft.policy, draft.phase());
  auto& deadline = draft.state().session.inactivity_deadline;
  if (!deadline || new_limit == Duration(0)) return touch(draft);
  deadline = *deadline - old_limit + new_limit;
}

void record_contact(Draft& draft, const ContactMessage& message, SessionNumber session) {
  append(draft, inbound_row(draft, message, Author::contact, session));
}

void record_pending(Draft& draft, const ContactMessage& message) {
  Conversation& state = draft.state();
  record_contact(draft, message, state.session.number);
  state.pending.push_back({state.message_count, provider_time(message, draft.now)});
  touch(draft);
}

void record_from_phone(Draft& draft, const SelfMessage& message, SessionNumber session) {
  MessageRecorded row = inbound_row(draft, message, Author::human, session);
  row.delivery = Delivery::sent;
  const Instant written = row.provider_time;
  append(draft, std::move(row));
  raise(draft.state().last_business_at, written);
  raise(draft.state().last_human_at, written);
  raise(draft.state().last_phone_at, written);
  cover(draft, written);
  touch(draft);
}

MessageNumber record_outgoing(Draft& draft, Author author, const std::optional<UserId>& user, std::string text,
                              Delivery delivery) {
  Conversation& state = draft.state();
  MessageRecorded row;
  row.session = has_active_session(state) ? state.session.number : 0;
  row.author = author;
  row.user = user;
  row.provider_time = draft.now;
  row.text = std::move(text);
  row.delivery = delivery;
  if (delivery != Delivery::suppressed) {
    if (author == Author::human) raise(state.last_human_at, draft.now);
    touch(draft);
  }
  return append(draft, std::move(row));
}

void cover(Draft& draft, Instant until) {
  for (const PendingMessage& question : questions_of(draft.state())) {
    if (!in_a_later_second(question.provider_time, until)) forget_pending(draft, question.number);
  }
}

void cover_before(Draft& draft, MessageNumber text) {
  for (const PendingMessage& question : questions_of(draft.state())) {
    if (question.number < text) forget_pending(draft, question.number);
  }
}

void edit_message(Draft& draft, const MessageEdited& event) {
  MessageUpdated change;
  change.number = *event.known;
  change.text = event.text;
  draft.record(change);
}

void delete_message(Draft& draft, const MessageDeleted& event) {
  MessageUpdated change;
  change.number = *event.known;
  change.deleted = true;
  draft.record(change);
  forget_pending(draft, *event.known);
}

void report_delivery(Draft& draft, const DeliveryReport& event) {
  MessageUpdated change;
  change.number = *event.known;
  change.delivery = event.delivery == ReportedDelivery::read ? Delivery::read : Delivery::delivered;
  draft.record(change);
}

}  // namespace sessioncore::detail
