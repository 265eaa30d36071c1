#include "core/classify.hpp"

#include "core/text.hpp"

#include <algorithm>

#include <sessioncore/assert.hpp>
#include <sessioncore/core/views.hpp>

namespace sessioncore::detail {

Instant provider_time(const InboundMessage& message, Instant now) {
  if (message.provider_time.ms <= 0) return now;
  return std::min(message.provider_time, now);
}

bool in_a_later_second(Instant at, Instant than) {
  using std::chrono::floor;
  using std::chrono::seconds;
  return floor<seconds>(Duration(at.ms)) > floor<seconds>(Duration(than.ms));
}

namespace {

bool is_late(const Draft& draft, Instant written) {
  return draft.now - written > draft.policy.late_after;
}

}  // namespace

Arrival arrival_of(const Draft& draft, const ContactMessage& message) {
  if (message.known) return Arrival::duplicate;
  const Instant written = provider_time(message, draft.now);
  const auto& business = draft.state().last_business_at;
  if (is_late(draft, written) && business && in_a_later_second(*business, written)) return Arrival::late;
  const auto& phone = draft.state().last_phone_at;
  return phone && in_a_later_second(*phone, written) ? Arrival::answered : Arrival::fresh;
}

Content content_of(const InboundMessage& message) {
  return is_blank(message.text) && message.kind == MessageKind::text ? Content::empty : Content::present;
}

const Send* echo_of(const Draft& draft, const SelfMessage& message) {
  const std::uint64_t digest = digest_of(message.text);
  // Either clock may tell that the echo is near its send: ours may jump, and the delivery may come late.
  const Instant written = provider_time(message, draft.now);
  const Duration window = draft.policy.echo_match_window;
  for (const Send& send : draft.state().sends) {
    const bool handed_over = send.attempts > send.withdrawn;
    const bool near = draft.now - send.since <= window || std::chrono::abs(written - send.since) <= window;
    if (handed_over && send.digest == digest && near) return &send;
  }
  return nullptr;
}

Send* echo_of(Draft& draft, const SelfMessage& message) {
  return const_cast<Send*>(echo_of(std::as_const(draft), message));
}

Origin origin_of(const Draft& draft, const SelfMessage& message) {
  if (message.known) return Origin::duplicate;
  return echo_of(draft, message) != nullptr ? Origin::own_echo : Origin::human;
}

NewerQuestion newer_question_of(const Draft& draft, const SelfMessage& message) {
  const Instant written = provider_time(message, draft.now);
  const auto& pending = draft.state().pending;
  const auto is_newer = [&](const PendingMessage& question) {
    return in_a_later_second(question.provider_time, written);
  };
  const bool newer = std::any_of(pending.begin(), pending.end(), is_newer);
  const auto& business = draft.state().last_business_at;
  const bool answered_since = pending.empty() && business && in_a_later_second(*business, written);
  if (is_late(draft, written) && (newer || answered_since)) return NewerQuestion::missed;
  return newer ? NewerQuestion::yes : NewerQuestion::no;
}

Closed closed_of(const Draft& draft) {
  return draft.state().closed ? Closed::yes : Closed::no;
}

Holder holder_of(const Draft& draft, const UserId& user) {
  const auto* human = std::get_if<HumanActive>(&draft.state().phase);
  if (human == nullptr) return Holder::nobody;
  if (!human->by) return Holder::phone;
  return *human->by == user ? Holder::same_user : Holder::other_user;
}

Sendable sendable_of(const Draft& draft, const SendText& command) {
  if (is_blank(command.text)) return Sendable::empty;
  if (count_chars(trim(command.text)) > draft.policy.text_max_chars) return Sendable::too_long;
  if (draft.policy.account == AccountState::removed) return Sendable::no_account;
  return sends_under_way(draft.state()) < draft.policy.sends_max ? Sendable::fine : Sendable::no_room;
}

AgentState agent_state_of(const Policy& policy) {
  return policy.agent && !policy.blacklisted ? AgentState::available : AgentState::missing;
}

namespace {

bool over_turn_limit(const Draft& draft) {
  const Instant hour_ago = draft.now - std::chrono::hours(1);
  const auto recent = std::count_if(draft.state().turn_starts.begin(), draft.state().turn_starts.end(),
                                    [&](Instant at) { return at > hour_ago; });
  return static_cast<std::uint64_t>(recent) >= draft.policy.ai_turns_per_hour_max;
}

bool is_handing_off(const Draft& draft) {
  const auto* ai = std::get_if<AiActive>(&draft.state().phase);
  return ai != nullptr && ai->handoff_at;
}

// Whether it can be about the question that is open now. An adapter that counts questions tells; else ids, which grow.
bool may_answer(const AgentReplied& reply, const Link& link) {
  if (reply.questions) return *reply.questions >= link.questions;
  return !reply.event_id || !link.answered_event || *reply.event_id >= *link.answered_event;
}

}  // namespace

Answerable answerable_of(const Draft& draft) {
  if (draft.policy.blacklisted) return Answerable::blacklisted;
  if (turn_of(draft) == TurnIs::outstanding) return Answerable::busy;
  const bool limited = over_turn_limit(draft);
  // In the queue the agent only helps out: what keeps it from answering is no reason to leave the queue.
  const bool helps = draft.policy.answer_while_queued && draft.policy.agent && !limited;
  if (draft.phase() == Phase::queued && !helps) return Answerable::human_wanted;
  if (!draft.policy.agent) return Answerable::no_agent;
  if (is_handing_off(draft)) return Answerable::handing_off;
  return limited ? Answerable::over_limit : Answerable::yes;
}

Unanswered unanswered_of(const Draft& draft) {
  return unanswered(draft.state()).empty() ? Unanswered::none : Unanswered::some;
}

ReplyKind reply_kind_of(const Draft& draft, const AgentReplied& reply) {
  if (is_blank(reply.text)) return ReplyKind::empty;
  const Link& link = draft.state().link;
  const std::uint32_t written = reply.questions.value_or(link.questions);
  if (link.questions == 0 || written == 0) return ReplyKind::greeting;
  if (reply.event_id && link.answered_event == reply.event_id) {
    const bool said = std::find(link.answered_digests.begin(), link.answered_digests.end(), digest_of(reply.text)) !=
                      link.answered_digests.end();
    return said ? ReplyKind::repeated : ReplyKind::same_turn;
  }
  if (turn_of(draft) == TurnIs::outstanding && may_answer(reply, link)) return ReplyKind::answer;
  return is_handing_off(draft) ? ReplyKind::farewell : ReplyKind::unsolicited;
}

Current current_of(const Draft& draft, Generation generation) {
  const Link& link = draft.state().link;
  return is_open(link) && link.generation == generation ? Current::yes : Current::no;
}

Current awaited_of(const Draft& draft, Generation generation) {
  return draft.state().link.stage == LinkStage::opening ? current_of(draft, generation) : Current::no;
}

LinkEvent tool_of(const Draft& draft, const AgentToolCalled& call) {
  if (call.tool != draft.policy.handoff_tool) return LinkEvent::other_tool;
  if (const auto* ai = std::get_if<AiActive>(&draft.state().phase)) {
    return ai->handoff_at ? LinkEvent::handoff_again : LinkEvent::handoff_tool;
  }
  return handoff_kind_of(draft) == FactKind::handoff_repeated ? LinkEvent::handoff_again : LinkEvent::handoff_in_queue;
}

TurnIs turn_of(const Draft& draft) {
  const AgentWork* work = work_of(draft.state());
  return work != nullptr && work->turn ? TurnIs::outstanding : TurnIs::absent;
}

Attempts link_attempts_of(const Draft& draft) {
  const AgentWork* work = work_of(draft.state());
  const std::uint32_t failures = work != nullptr && work->turn ? work->turn->failures : draft.state().link.failures;
  return failures < draft.policy.reconnect_attempts_max ? Attempts::left : Attempts::spent;
}

LinkFit link_fit_of(const Draft& draft) {
  const Conversation& state = draft.state();
  if (state.link.agent != *draft.policy.agent) return LinkFit::of_another_agent;
  const Instant last = state.session.agent_last_interaction_at.value_or(draft.now);
  const bool expired = state.link.stage == LinkStage::ready && draft.now - last > draft.policy.conversation_timeout;
  return expired ? LinkFit::expired : LinkFit::fits;
}

Fallback fallback_of(const Draft& draft) {
  if (is_blank(draft.policy.fallback_text)) return Fallback::none;
  return draft.state().session.fallback_sent ? Fallback::said : Fallback::unsaid;
}

WantedFor wanted_for(const Draft& draft) {
  const auto* queued = std::get_if<Queued>(&draft.state().phase);
  if (queued == nullptr) return WantedFor::nothing;
  return queued->reason == QueueReason::agent_unavailable ? WantedFor::outage : WantedFor::another_reason;
}

Echoes echoes_of(const Draft& draft) {
  return echoes_awaited(draft.state()) > draft.policy.echoes_max ? Echoes::beyond_limit : Echoes::within_limit;
}

Sender sender_of(const Send& send) {
  if (send.author != Author::ai) return Sender::person;
  return send.stopped ? Sender::stopped : Sender::agent;
}

Attempts attempts_of(const Draft& draft, const Send& send) {
  return attempts_that_count(send) < draft.policy.send_attempts_max ? Attempts::left : Attempts::spent;
}

Attempts resends_of(const Draft& draft, const Send& send) {
  return send.doubts > 1 ? Attempts::spent : attempts_of(draft, send);
}

Attempts refusals_of(const Draft& draft, const Send& send) {
  return send.refused + 1 < draft.policy.send_attempts_max ? Attempts::left : Attempts::spent;
}

FactKind report_kind_of(const DeliveryReport& report) {
  const Delivery reported = report.delivery == ReportedDelivery::read ? Delivery::read : Delivery::delivered;
  // What the contact wrote has no delivery of ours.
  const bool ours = report.current != Delivery::none;
  return !ours || report.current == Delivery::read || report.current == reported ? FactKind::report_older
                                                                                 : FactKind::report_newer;
}

FactKind account_kind_of(const Draft& draft) {
  const AccountState account = draft.policy.account;
  // Whether the news changes anything for this send.
  const auto concerned = [account](const Send& send) {
    if (account == AccountState::connected) return send.stage == SendStage::held;
    return waits(send) && (account == AccountState::removed || !is_kept(send));
  };
  const auto& sends = draft.state().sends;
  if (std::none_of(sends.begin(), sends.end(), concerned)) return FactKind::account_unconcerned;
  return account == AccountState::connected ? FactKind::account_back : FactKind::account_gone;
}

FactKind handoff_kind_of(const Draft& draft) {
  const auto* queued = std::get_if<Queued>(&draft.state().phase);
  const bool asked_for =
      queued != nullptr && (queued->reason == QueueReason::agent_asked || queued->reason == QueueReason::requested);
  return asked_for ? FactKind::handoff_repeated : FactKind::handoff_requested;
}

bool waits(const Send& send) {
  return send.stage == SendStage::queued || send.stage == SendStage::backing_off || send.stage == SendStage::held;
}

bool is_kept(const Send& send) {
  return send.stage == SendStage::held && !send.deadline;
}

bool is_under_way(const Send& send) {
  return send.stage != SendStage::unconfirmed;
}

std::size_t sends_under_way(const Conversation& state) {
  return static_cast<std::size_t>(std::count_if(state.sends.begin(), state.sends.end(), is_under_way));
}

std::size_t echoes_awaited(const Conversation& state) {
  return state.sends.size() - sends_under_way(state);
}

std::uint32_t attempts_that_count(const Send& send) {
  return send.attempts - send.withdrawn - send.interrupted;
}

Send* send_under_way(Draft& draft, const SendId& id, InDoubt in_doubt) {
  for (Send& send : draft.state().sends) {
    const bool doubted = in_doubt == InDoubt::counts && send.stage == SendStage::ambiguous;
    const bool same = send.message == id.message && send.attempts == id.attempt;
    if (same && (doubted || send.stage == SendStage::performing)) return &send;
  }
  return nullptr;
}

bool is_open(const Link& link) {
  return link.stage == LinkStage::opening || link.stage == LinkStage::ready;
}

AgentWork* work_of(Conversation& state) {
  if (auto* ai = std::get_if<AiActive>(&state.phase)) return &ai->work;
  if (auto* queued = std::get_if<Queued>(&state.phase)) return &queued->work;
  return nullptr;
}

const AgentWork* work_of(const Conversation& state) {
  return work_of(const_cast<Conversation&>(state));
}

AgentWork& agents_work(Draft& draft) {
  AgentWork* work = work_of(draft.state());
  SESSIONCORE_ASSERT(work != nullptr, "step: the agent has a link or a turn in a phase that is not its own");
  return *work;
}

}  // namespace sessioncore::detail
