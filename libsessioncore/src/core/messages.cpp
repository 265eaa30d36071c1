#include "core/messages.hpp"

#include "core/agent_turns.hpp"
#include "core/classify.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <span>
#include <vector>

namespace sessioncore::detail {
namespace {

Duration inactivity_of(const Policy& policy, Phase phase) {
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

template <class Message>
void drop_oldest(std::vector<Message>& messages, std::size_t max) {
  if (messages.size() > max) messages.erase(messages.begin(), messages.end() - static_cast<std::ptrdiff_t>(max));
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
  raise(draft.state().last_contact_at, provider_time(message, draft.now));
}

void record_pending(Draft& draft, const ContactMessage& message) {
  Conversation& state = draft.state();
  record_contact(draft, message, state.session.number);
  if (state.pending.size() >= std::max(1U, draft.policy.pending_messages_max)) {
    state.pending.erase(state.pending.begin());
    AgentWork* work = work_of(state);
    if (work != nullptr && work->turn && work->turn->batch > 0) --work->turn->batch;
  }
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

void note_answered(Draft& draft, std::uint32_t count, MessageNumber before) {
  Conversation& state = draft.state();
  for (const PendingMessage& message : std::span(state.pending).first(count)) {
    state.answered.push_back({message, before + 1, state.message_count});
  }
  state.pending.erase(state.pending.begin(), state.pending.begin() + count);
  drop_oldest(state.answered, draft.policy.pending_messages_max);
}

void extend_answer(Draft& draft) {
  Conversation& state = draft.state();
  if (state.answered.empty()) return;
  const MessageNumber latest = state.answered.back().first;
  for (AnsweredMessage& answered : state.answered) {
    if (answered.first == latest) answered.last = state.message_count;
  }
}

void take_up_again(Draft& draft, MessageNumber text) {
  Conversation& state = draft.state();
  std::vector<PendingMessage> again;
  std::erase_if(state.answered, [&](const AnsweredMessage& answered) {
    const bool its = answered.first <= text && text <= answered.last;
    if (its) again.push_back(answered.message);
    return its;
  });
  // They join a question that has yet to be asked; behind one that is being answered they wait.
  AgentWork* work = work_of(state);
  Turn* turn = work != nullptr && work->turn ? &*work->turn : nullptr;
  const bool asked = turn != nullptr && turn->stage == TurnStage::asked;
  const std::size_t max = draft.policy.pending_messages_max;
  drop_oldest(again, max - std::min(max, state.pending.size()));
  state.pending.insert(state.pending.end(), again.begin(), again.end());
  std::sort(state.pending.begin() + (asked ? turn->batch : 0), state.pending.end(),
            [](const PendingMessage& a, const PendingMessage& b) { return a.number < b.number; });
  if (turn != nullptr && !asked) turn->batch += static_cast<std::uint32_t>(again.size());
}

void forget_answered(Draft& draft) {
  const auto& sends = draft.state().sends;
  std::erase_if(draft.state().answered, [&](const AnsweredMessage& answered) {
    return std::none_of(sends.begin(), sends.end(), [&](const Send& send) {
      return send.stage != SendStage::unconfirmed && answered.first <= send.message && send.message <= answered.last;
    });
  });
}

void cover(Draft& draft, Instant until) {
  std::erase_if(draft.state().pending, [&](const PendingMessage& message) { return message.provider_time <= until; });
  std::erase_if(draft.state().answered,
                [&](const AnsweredMessage& answered) { return answered.message.provider_time <= until; });
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
