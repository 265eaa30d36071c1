#include "situation_builders.hpp"

#include "core/text.hpp"
#include "situation_parts.hpp"

#include <algorithm>

namespace sessioncore::tables {
namespace {

using std::chrono::seconds;

bool closed_is_legal(Closed closed, Phase phase) {
  return closed == Closed::no || phase == Phase::none || phase == Phase::resolved;
}

void fill(InboundMessage& message, Content content) {
  message.provider_id = ProviderMessageId("p9");
  message.provider_time = kNow;
  message.text = content == Content::present ? kText : " ";
}

Maybe deadline_of_agent(DeadlineKind kind, Phase phase) {
  if (!has_work(phase)) return std::nullopt;
  Situation s = with_agent(phase);
  switch (kind) {
    case DeadlineKind::buffer:
      work_of(s.state).buffer_first = kNow - seconds(20);
      work_of(s.state).buffer_deadline = kNow;
      return s;
    case DeadlineKind::link_init: wait_for_link(s, LinkStage::opening, kNow); return s;
    case DeadlineKind::reconnect: wait_for_link(s, LinkStage::backing_off, kNow); return s;
    case DeadlineKind::reply:
      ask(s);
      work_of(s.state).turn->reply_deadline = kNow;
      return s;
    case DeadlineKind::ask:
      wait_for_link(s, LinkStage::ready, kNow);
      s.state.link.deadline.reset();
      s.state.link.ask_at = kNow;
      return s;
    default:  // link_idle
      s.state.pending.clear();
      s.state.link.stage = LinkStage::ready;
      s.state.link.deadline = kNow;
      return s;
  }
}

Event link_event(LinkEvent event, Generation generation) {
  switch (event) {
    case LinkEvent::ready: return LinkReady{generation, "conversation"};
    case LinkEvent::lost_clean: return LinkClosed{generation, LinkLoss::clean, ""};
    case LinkEvent::lost_after_handoff:
    case LinkEvent::lost_failed: return LinkClosed{generation, LinkLoss::failed, ""};
    case LinkEvent::lost_refused: return LinkClosed{generation, LinkLoss::refused, ""};
    case LinkEvent::lost_busy: return LinkClosed{generation, LinkLoss::busy, ""};
    case LinkEvent::handoff_tool:
    case LinkEvent::handoff_in_queue:
    case LinkEvent::handoff_again: return AgentToolCalled{generation, Policy().handoff_tool, "call", ""};
    case LinkEvent::other_tool: break;
  }
  return AgentToolCalled{generation, "look_up", "call", ""};
}

}  // namespace

Maybe contact(Arrival arrival, Content content, Listed listed, WhileQueued while_queued, Phase phase) {
  Situation s = in_phase(phase);
  s.policy.blacklisted = listed == Listed::yes;
  s.policy.answer_while_queued = while_queued == WhileQueued::answering;
  ContactMessage message;
  fill(message, content);
  if (arrival == Arrival::duplicate) message.known = 1;
  if (arrival == Arrival::answered) {
    message.provider_time = kNow - seconds(10);
    s.state.last_phone_at = kNow - seconds(5);
  }
  if (arrival == Arrival::late) {
    message.provider_time = kNow - seconds(100);
    s.state.last_business_at = kNow - seconds(10);
  }
  s.event = message;
  return s;
}

Maybe self(Origin origin, Content content, NewerQuestion newer, Phase phase) {
  Situation s = in_phase(phase);
  SelfMessage message;
  fill(message, content);
  if (newer != NewerQuestion::no) {
    if (s.state.pending.empty()) return std::nullopt;
    // The question is from a minute ago.
    message.provider_time = kNow - seconds(70);
    if (newer == NewerQuestion::yes) s.policy.late_after = seconds(100);
  }
  if (origin == Origin::duplicate) message.known = 1;
  if (origin == Origin::own_echo) {
    // We send no empty texts, and none without a session.
    if (content == Content::empty || phase == Phase::none) return std::nullopt;
    add_send(s, SendStage::performing, Author::human, 1);
  }
  s.event = message;
  return s;
}

Maybe take_over(Closed closed, Phase phase, Holder holder, Choice force) {
  const bool human = phase == Phase::human;
  if (!closed_is_legal(closed, phase) || human == (holder == Holder::nobody)) return std::nullopt;
  Situation s = in_phase(phase);
  s.state.closed = closed == Closed::yes;
  if (holder == Holder::phone) std::get<HumanActive>(s.state.phase).by.reset();
  s.event = TakeOver{UserId(holder == Holder::other_user ? "u2" : "u1"), force == Choice::on};
  return s;
}

Maybe release(Closed closed, Phase phase, AgentState agent, Choice immediate) {
  if (!closed_is_legal(closed, phase)) return std::nullopt;
  Situation s = in_phase(phase);
  s.state.closed = closed == Closed::yes;
  if (agent == AgentState::missing) s.policy.agent.reset();
  s.event = Release{UserId("u1"), immediate == Choice::on};
  return s;
}

Maybe send_text(Sendable text, Closed closed, Phase phase, Holder holder, Choice claim) {
  if (text == Sendable::no_room && phase == Phase::none) return std::nullopt;
  Maybe held = take_over(closed, phase, holder, claim);
  if (!held) return std::nullopt;
  Situation& s = *held;
  const UserId user = std::get<TakeOver>(s.event).user;
  if (text == Sendable::too_long) s.policy.text_max_chars = 4;
  if (text == Sendable::no_account) s.policy.account = AccountState::removed;
  if (text == Sendable::no_room) {
    s.policy.sends_max = 1;
    add_send(s, SendStage::performing, Author::human, 1);
  }
  s.event = SendText{user, text == Sendable::empty ? " " : kText, claim == Choice::on};
  return s;
}

Maybe of_chat(Closed closed, Phase phase, const Event& event) {
  if (!closed_is_legal(closed, phase)) return std::nullopt;
  Situation s = in_phase(phase);
  s.state.closed = closed == Closed::yes;
  s.event = event;
  return s;
}

namespace {

Maybe overdue(DeadlineKind kind, Phase phase) {
  Situation s = in_phase(phase);
  switch (kind) {
    case DeadlineKind::grace:
      if (phase != Phase::waiting) return std::nullopt;
      s.state.phase = Waiting{kNow};
      return s;
    case DeadlineKind::handoff:
      if (phase != Phase::ai) return std::nullopt;
      std::get<AiActive>(s.state.phase).handoff_at = kNow;
      return s;
    case DeadlineKind::queued_retry:
      if (phase != Phase::queued) return std::nullopt;
      std::get<Queued>(s.state.phase).retry_at = kNow;
      return s;
    case DeadlineKind::inactivity:
      if (!s.state.session.inactivity_deadline) return std::nullopt;
      s.state.session.inactivity_deadline = kNow;
      return s;
    case DeadlineKind::send_retry:
    case DeadlineKind::ambiguous_send:
      if (phase == Phase::none) return std::nullopt;
      add_send(s, kind == DeadlineKind::send_retry ? SendStage::backing_off : SendStage::ambiguous, Author::human, 1,
               kNow);
      return s;
    default: return deadline_of_agent(kind, phase);
  }
}

}  // namespace

Maybe deadline(DeadlineKind kind, AccountState account, Phase phase) {
  Maybe s = overdue(kind, phase);
  if (s) s->policy.account = account;
  return s;
}

Maybe queued_retry(AgentState agent, Unanswered unanswered) {
  Situation s = *overdue(DeadlineKind::queued_retry, Phase::queued);
  if (agent == AgentState::missing) s.policy.agent.reset();
  if (unanswered == Unanswered::none) s.state.pending.clear();
  return s;
}

Maybe ambiguous(AmbiguousSend choice, Sender sender, Attempts attempts, Phase phase) {
  if (phase == Phase::none) return std::nullopt;
  Situation s = in_phase(phase);
  s.policy.on_ambiguous_send = choice;
  add_send(s, SendStage::ambiguous, author_of(sender), attempts == Attempts::left ? 1 : s.policy.send_attempts_max,
           kNow);
  stop(s, sender);
  return s;
}

Maybe link(LinkEvent event, Current current, TurnIs turn, Attempts attempts) {
  const bool in_queue = event == LinkEvent::handoff_in_queue;
  const bool handing_over = event == LinkEvent::handoff_again || event == LinkEvent::lost_after_handoff;
  if (event == LinkEvent::lost_after_handoff && current == Current::no) return std::nullopt;  // stale: lost_failed
  Situation s = with_agent(in_queue ? Phase::queued : Phase::ai);
  if (in_queue) std::get<Queued>(s.state.phase).reason = QueueReason::agent_unavailable;
  if (event == LinkEvent::ready) {
    wait_for_link(s, LinkStage::opening, kNow + seconds(10));
  } else {
    ask(s);
  }
  if (handing_over) std::get<AiActive>(s.state.phase).handoff_at = kNow + seconds(3);
  const std::uint32_t failures = attempts == Attempts::left ? 0 : s.policy.reconnect_attempts_max;
  s.state.link.failures = failures;
  work_of(s.state).turn->failures = failures;
  if (turn == TurnIs::absent) {
    work_of(s.state).turn.reset();
    s.state.pending.clear();
  }
  s.event = link_event(event, current == Current::yes ? 3 : 2);
  return s;
}

Maybe reply(ReplyKind kind, Current current, Forward forward, Phase phase) {
  // Outside of these phases there is no link, and before the first question on a link everything is a greeting.
  const bool linked = has_work(phase);
  if (kind == ReplyKind::farewell && phase == Phase::queued) return std::nullopt;  // handed over already
  if (!linked && (current == Current::yes || (kind != ReplyKind::empty && kind != ReplyKind::greeting))) {
    return std::nullopt;
  }
  Situation s = with_agent(phase);
  s.policy.forward_unsolicited = forward == Forward::yes;
  AgentReplied reply{current == Current::yes ? 3U : 2U, 5, kind == ReplyKind::empty ? " " : kText};
  if (linked && kind == ReplyKind::greeting) {
    wait_for_link(s, LinkStage::ready, kNow);
    s.state.link.deadline.reset();
    s.state.link.ask_at = kNow + Duration(200);
  } else if (linked) {
    ask(s);
    if (kind != ReplyKind::answer && kind != ReplyKind::empty) {
      work_of(s.state).turn.reset();
      s.state.pending.clear();
      const bool new_event = kind == ReplyKind::unsolicited || kind == ReplyKind::farewell;
      if (kind == ReplyKind::farewell) std::get<AiActive>(s.state.phase).handoff_at = kNow + seconds(3);
      s.state.link.answered_event = new_event ? 4 : 5;
      s.state.link.answered_digests = {detail::digest_of(kind == ReplyKind::repeated ? kText : "before")};
    }
  }
  s.event = reply;
  return s;
}

Maybe send_result(SendResult result, Known known, Sender sender, Attempts attempts, Phase phase) {
  if (known == Known::no && (sender != Sender::agent || attempts != Attempts::left)) return std::nullopt;
  if (known == Known::yes && phase == Phase::none) return std::nullopt;
  Situation s = in_phase(phase);
  if (known == Known::yes) {
    add_send(s, SendStage::performing, author_of(sender), attempts == Attempts::left ? 1 : s.policy.send_attempts_max);
    Send& send = s.state.sends.back();
    // All attempts before it were refused likewise.
    if (result == SendResult::disconnected) send.withdrawn = send.refused = send.attempts - 1;
    stop(s, sender);
  }
  constexpr SendFailure kFailures[] = {SendFailure::retryable,    SendFailure::retryable, SendFailure::permanent,
                                       SendFailure::disconnected, SendFailure::ambiguous, SendFailure::withdrawn};
  const std::uint32_t attempt = known == Known::yes ? s.state.sends.back().attempts : 1;
  s.event = SendFailed{{2, attempt}, kFailures[static_cast<std::size_t>(result)], "503"};
  if (result == SendResult::succeeded) s.event = SendSucceeded{{2, attempt}, ProviderMessageId("p2"), std::nullopt};
  return s;
}

Maybe waiting_send(AccountState account, Sender sender, Phase phase) {
  if (phase == Phase::none) return std::nullopt;
  Situation s = in_phase(phase);
  s.policy.account = account;
  const Author author = author_of(sender);
  add_send(s, SendStage::backing_off, author, 1, kNow);
  add_send(s, SendStage::queued, author, 0);
  stop(s, sender);
  return s;
}

Maybe overflow(Phase phase) {
  if (phase == Phase::none || phase == Phase::resolved) return std::nullopt;
  Maybe s = contact(Arrival::fresh, Content::present, Listed::no, WhileQueued::silent, phase);
  s->policy.pending_messages_max = 1;
  return s;
}

Maybe no_room(Phase phase) {
  if (!has_work(phase)) return std::nullopt;
  Maybe s = reply(ReplyKind::answer, Current::yes, Forward::no, phase);
  s->policy.sends_max = 1;
  add_send(*s, SendStage::performing, Author::human, 1);
  return s;
}

// A row that leaves everything as it is is not noted: the other cases show what happens then.
Maybe link_use(LinkFit fit) {
  if (fit == LinkFit::fits) return std::nullopt;
  Situation s = *overdue(DeadlineKind::buffer, Phase::ai);
  s.state.link.stage = LinkStage::ready;
  s.state.link.questions = 1;
  s.state.session.agent_last_interaction_at = kNow - seconds(60);
  if (fit == LinkFit::expired) s.policy.conversation_timeout = seconds(59);
  if (fit == LinkFit::of_another_agent) s.policy.agent = AgentId("another");
  return s;
}

Maybe give_up(WantedFor reason) {
  if (reason == WantedFor::nothing)
    return link(LinkEvent::lost_refused, Current::yes, TurnIs::outstanding, Attempts::left);
  Situation s = with_agent(Phase::queued);
  ask(s);
  if (reason == WantedFor::outage) std::get<Queued>(s.state.phase).reason = QueueReason::agent_unavailable;
  s.event = LinkClosed{3, LinkLoss::refused, ""};
  return s;
}

Maybe fallback(Fallback fallback) {
  if (fallback != Fallback::unsaid) return std::nullopt;
  Maybe s = give_up(WantedFor::nothing);
  s->policy.fallback_text = "We call you.";
  return s;
}

Maybe rest_of_answer(AnswerIs answer) {
  if (answer == AnswerIs::another) return std::nullopt;
  Situation s = in_phase(Phase::ai);
  add_send(s, SendStage::performing, Author::ai, 1);
  add_send(s, SendStage::queued, Author::ai, 0);
  add_send(s, SendStage::queued, Author::ai, 0);
  s.state.answers.push_back({s.state.pending, 2, 3, {}, false});  // the third is another answer
  s.state.answers.push_back({{}, 4, 4, {}, false});
  s.state.pending.clear();
  s.event = SendFailed{{2, 1}, SendFailure::permanent, "400"};
  return s;
}

Maybe echo_bound(Echoes echoes) {
  if (echoes == Echoes::within_limit) return std::nullopt;
  Situation s = in_phase(Phase::human);
  s.policy.echoes_max = 1;
  add_send(s, SendStage::unconfirmed, Author::human, 1);
  add_send(s, SendStage::unconfirmed, Author::human, 1);
  add_send(s, SendStage::performing, Author::human, 1);
  s.event = SendText{UserId("u1"), kText, false};
  return s;
}

namespace {

Situation when(Due due) {
  switch (due) {
    case Due::grace: return *overdue(DeadlineKind::grace, Phase::waiting);
    case Due::buffer: return *overdue(DeadlineKind::buffer, Phase::ai);
    case Due::buffer_in_queue: return *overdue(DeadlineKind::buffer, Phase::queued);
    case Due::queued_retry: return *overdue(DeadlineKind::queued_retry, Phase::queued);
    case Due::release: return *release(Closed::no, Phase::human, AgentState::available, Choice::on);
    case Due::answer: break;
  }
  Situation s = *reply(ReplyKind::answer, Current::yes, Forward::no, Phase::ai);
  s.state.message_count = 2;
  s.state.pending.push_back({2, kNow - seconds(30)});
  return s;
}

bool can_be(Due due, Answerable answerable, Unanswered unanswered) {
  // What has rows of its own before: nothing to ask after an outage, or after an answer.
  if (unanswered == Unanswered::none && (due == Due::answer || due == Due::queued_retry)) return false;
  switch (answerable) {
    case Answerable::handing_off: return due == Due::buffer || due == Due::answer;
    case Answerable::busy: return due == Due::buffer || due == Due::buffer_in_queue || due == Due::queued_retry;
    case Answerable::no_agent:
    case Answerable::blacklisted: return due != Due::release && due != Due::queued_retry;  // refused before
    case Answerable::human_wanted: return due == Due::buffer_in_queue;
    case Answerable::yes:
    case Answerable::over_limit: break;
  }
  return true;
}

// In the queue whatever keeps the agent from answering leaves it to the human.
bool is_so(Due due, Answerable answerable) {
  const bool limits = answerable == Answerable::no_agent || answerable == Answerable::over_limit;
  return due != Due::buffer_in_queue || !limits;
}

}  // namespace

Maybe turn(Due due, Answerable answerable, Unanswered unanswered) {
  if (!can_be(due, answerable, unanswered) || !is_so(due, answerable)) return std::nullopt;
  Situation s = when(due);
  if (answerable == Answerable::no_agent) s.policy.agent.reset();
  if (answerable == Answerable::blacklisted) s.policy.blacklisted = true;
  if (answerable == Answerable::over_limit) {
    s.state.turn_starts.assign(s.policy.ai_turns_per_hour_max, kNow - seconds(60));
  }
  if (answerable == Answerable::human_wanted) s.policy.answer_while_queued = false;
  if (answerable == Answerable::handing_off) std::get<AiActive>(s.state.phase).handoff_at = kNow + seconds(3);
  if (answerable == Answerable::busy) {
    s.policy.answer_while_queued = s.policy.answer_while_queued || due == Due::queued_retry;
    ask(s);
  }
  if (unanswered == Unanswered::none) {
    s.state.pending.clear();
    if (answerable == Answerable::busy) work_of(s.state).turn->batch = 0;
  }
  return s;
}

Maybe fact(FactKind kind, Known known, Phase phase) {
  Situation s = in_phase(phase);
  const auto number = known == Known::yes ? std::optional<MessageNumber>(1) : std::nullopt;
  const ProviderMessageId id("p1");
  switch (kind) {
    case FactKind::edited: s.event = MessageEdited{id, "hello!", number}; return s;
    case FactKind::deleted: s.event = MessageDeleted{id, number}; return s;
    case FactKind::report_newer:
      s.event = DeliveryReport{id, ReportedDelivery::read, number, Delivery::delivered};
      return s;
    case FactKind::report_older:
      s.event = DeliveryReport{id, ReportedDelivery::delivered, number, Delivery::read};
      return s;
    case FactKind::handoff_repeated:
      if (phase != Phase::queued) return std::nullopt;
      s.event = HandoffRequested{"keyword"};
      break;
    case FactKind::handoff_requested:
      if (phase == Phase::queued)
        s.state.phase = Queued{QueueReason::agent_unavailable, kNow - seconds(30), kNow + seconds(270), {}};
      s.event = HandoffRequested{"keyword"};
      break;
    case FactKind::blacklisted: s.policy.blacklisted = true; [[fallthrough]];
    case FactKind::unblacklisted: s.event = BlacklistChanged{}; break;
    case FactKind::account_back:
      if (phase == Phase::none) return std::nullopt;
      // One that the channel refused, and one behind it.
      add_send(s, SendStage::held, Author::human, 0, kNow + seconds(5));
      add_send(s, SendStage::queued, Author::human, 0);
      s.event = AccountChanged{};
      break;
    case FactKind::account_gone:
      if (phase == Phase::none) return std::nullopt;
      s.policy.account = AccountState::disconnected;
      add_send(s, SendStage::performing, Author::human, 1);
      add_send(s, SendStage::queued, Author::human, 0);
      s.event = AccountChanged{};
      break;
    case FactKind::account_unconcerned:
      s.policy.account = AccountState::disconnected;
      s.event = AccountChanged{};
      break;
    case FactKind::recovered:
      s.event = Recovered{};
      if (has_work(phase)) {
        s = with_agent(phase);
        ask(s);
        s.event = Recovered{};
      }
      if (phase != Phase::none) add_send(s, SendStage::performing, Author::human, 1);
      break;
  }
  // Only messages can be unknown.
  return known == Known::yes ? Maybe(s) : std::nullopt;
}

}  // namespace sessioncore::tables
