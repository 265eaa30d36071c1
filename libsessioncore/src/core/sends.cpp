#include "core/sends.hpp"

#include "core/answers.hpp"
#include "core/backoff.hpp"
#include "core/classify.hpp"
#include "core/messages.hpp"
#include "core/sessions.hpp"
#include "core/text.hpp"

#include <algorithm>

namespace sessioncore::detail {
namespace {

constexpr const char* kNoRoom = "too many sends under way";
constexpr const char* kAccountRemoved = "the account was disconnected for good";

bool is_agents(const Send& send) {
  return send.author == Author::ai;
}

SendId id_of(const Send& send) {
  return {send.message, send.attempts};
}

// Attempts that went out, or may have: each can have an echo (R22). An error of the channel is no proof: it may have
// sent the text before (ADR 0157).
std::uint32_t echoes_possible(const Send& send) {
  return send.attempts - send.withdrawn;
}

// Sends of a chat go out one after the other: any of these stages holds up the ones behind it.
bool holds_the_line(const Send& send) {
  return send.stage != SendStage::queued && send.stage != SendStage::unconfirmed;
}

void wait_in_line(Send& send) {
  send.stage = SendStage::queued;
  send.deadline.reset();
}

void keep(Send& send) {
  send.stage = SendStage::held;
  send.deadline.reset();
}

void update(Draft& draft, const Send& send, Delivery delivery, std::string error = {},
            std::optional<ProviderMessageId> id = std::nullopt) {
  MessageUpdated change;
  change.number = send.message;
  change.delivery = delivery;
  if (!error.empty()) change.delivery_error = std::move(error);
  change.provider_id = std::move(id);
  draft.record(change);
}

// It is out: that is when the session's silence begins, however long the send took.
void update_sent(Draft& draft, const Send& send, std::optional<ProviderMessageId> id) {
  update(draft, send, Delivery::sent, {}, std::move(id));
  // Only what the contact can have read makes an older message late (R25).
  auto& latest = draft.state().last_business_at;
  latest = latest ? std::max(*latest, send.since) : send.since;
  touch(draft);
}

void remove(Draft& draft, const Send& send) {
  auto& sends = draft.state().sends;
  sends.erase(sends.begin() + (&send - sends.data()));
}

void perform(Draft& draft, Send& send) {
  send.stage = SendStage::performing;
  send.since = draft.now;
  send.deadline.reset();
  ++send.attempts;
  draft.effect(SendMessage{id_of(send)});
}

// An echo can still come: keep what is needed to know it as ours.
void keep_for_echo(Send& send) {
  send.stage = SendStage::unconfirmed;
  send.deadline.reset();
}

// One more attempt is known to have gone out, perhaps an earlier one than that with the channel, which may, too.
void note_shown(Draft& draft, Send& send) {
  if (++send.shown >= echoes_possible(send)) return remove(draft, send);
  keep_for_echo(send);
}

// The latest are kept whatever our clock says: it may have jumped.
void bound_echoes(Draft& draft) {
  const auto& row = find_row(kEchoBoundTable, echoes_of(draft));
  if (draft.apply_unless(EchoAction::keep, row) == EchoAction::keep) return;
  auto surplus = static_cast<std::ptrdiff_t>(echoes_awaited(draft.state()) - draft.policy.echoes_max);
  std::erase_if(draft.state().sends, [&](const Send& send) { return !is_under_way(send) && surplus-- > 0; });
}

// No further attempt.
void retire(Draft& draft, Send& send) {
  if (echoes_possible(send) > 0) return keep_for_echo(send);
  remove(draft, send);
}

void suppress(Draft& draft, Send& send, const std::string& detail = {}) {
  update(draft, send, Delivery::suppressed, detail);
  lose_text(draft, send.message);
  retire(draft, send);
}

// Texts that wait behind one that failed may not go out without it.
void settle_rest_of_answer(Draft& draft, MessageNumber failed) {
  auto& sends = draft.state().sends;
  const auto row_of = [&](const Send& send) -> const auto& {
    return find_row(kRestOfAnswerTable, answer_is(draft, failed, send.message));
  };
  const auto waiting = [&] {
    return std::find_if(sends.begin(), sends.end(),
                        [&](const Send& send) { return waits(send) && row_of(send).then == RestAction::suppress; });
  };
  for (auto next = waiting(); next != sends.end(); next = waiting()) {
    draft.apply_once(row_of(*next));
    suppress(draft, *next);
  }
}

void fail(Draft& draft, Send& send, const std::string& detail) {
  const MessageNumber message = send.message;
  update(draft, send, Delivery::failed, detail);
  draft.notify(Notice::send_failed, detail);
  lose_text(draft, message);
  retire(draft, send);
  settle_rest_of_answer(draft, message);
}

// Longer each time, up to 512 times as long (ADR 0147): the account's news, and a person who writes, release it at
// once.
void hold(Draft& draft, Send& send) {
  ++send.refused;
  send.stage = SendStage::held;
  send.deadline = draft.now + backoff(draft.policy.account_retry, std::min(send.refused, 10U), kForever);
}

void await_echo(Draft& draft, Send& send) {
  send.stage = SendStage::ambiguous;
  send.deadline = draft.now + draft.policy.ambiguous_send_wait;
  // A little earlier than we handed it over: the channel's clock is not ours.
  draft.effect(ListSent{send.since - std::chrono::seconds(5)});
}

SendResult result_of(SendFailure failure) {
  switch (failure) {
    case SendFailure::retryable: return SendResult::retryable;
    case SendFailure::permanent: return SendResult::permanent;
    case SendFailure::disconnected: return SendResult::disconnected;
    case SendFailure::withdrawn: return SendResult::withdrawn;
    case SendFailure::ambiguous:
    default: break;
  }
  return SendResult::ambiguous;
}

bool is_surely_unsent(SendResult result) {
  return result == SendResult::permanent || result == SendResult::disconnected || result == SendResult::withdrawn;
}

void act(Draft& draft, SendAction action, Send* send, const std::string& detail) {
  switch (action) {
    case SendAction::confirm:  // on_send_succeeded does that itself: it has the channel's id
    case SendAction::ignore_unknown: return draft.ignore(Reason::unknown_send);
    case SendAction::retry_later:
      send->stage = SendStage::backing_off;
      send->deadline =
          draft.now + backoff(draft.policy.send_retry_base, attempts_that_count(*send), draft.policy.retry_max);
      return;
    case SendAction::try_anew:
      send->stage = SendStage::backing_off;
      send->deadline = draft.now + draft.policy.send_retry_base;
      return;
    case SendAction::hold: return hold(draft, *send);
    case SendAction::hold_and_tell: hold(draft, *send); return draft.notify(Notice::send_held, detail);
    case SendAction::hold_and_queue:
      hold(draft, *send);
      draft.notify(Notice::send_held, detail);
      return queue(draft, QueueReason::send_held);
    case SendAction::await_echo: ++send->doubts; return await_echo(draft, *send);
    case SendAction::fail: return fail(draft, *send, detail);
    case SendAction::give_up: return suppress(draft, *send, detail);
    case SendAction::fail_and_queue:
    default: break;
  }
  fail(draft, *send, detail);
  queue(draft, QueueReason::send_failed);
}

void act(Draft& draft, AmbiguousAction action, Send& send) {
  switch (action) {
    case AmbiguousAction::resend: return wait_in_line(send);
    case AmbiguousAction::leave_uncertain_and_ask: draft.notify(Notice::send_uncertain); break;
    case AmbiguousAction::leave_uncertain:
    default: break;
  }
  update(draft, send, Delivery::uncertain);
  keep_for_echo(send);
}

void act_without_room(Draft& draft) {
  draft.notify(Notice::send_failed, kNoRoom);
  const NoRoomAction action = draft.apply(find_row(kNoRoomTable, draft.phase()));
  if (action == NoRoomAction::fail_and_queue) queue(draft, QueueReason::send_failed);
}

// The row decides for a send under way, or for none.
SendAction decide(Draft& draft, SendResult result, const Send* send) {
  const Known known = send != nullptr ? Known::yes : Known::no;
  const Sender sender = send != nullptr ? sender_of(*send) : Sender::agent;
  Attempts attempts = Attempts::left;
  if (send != nullptr) {
    attempts = result == SendResult::disconnected ? refusals_of(draft, *send) : attempts_of(draft, *send);
  }
  return draft.apply(find_row(kSendResultTable, result, known, sender, attempts, draft.phase()));
}

// Whether the action would leave the send as it is.
bool rests(const Draft& draft, WaitingAction action, const Send& send) {
  if (action == WaitingAction::keep) return is_kept(send);
  if (action != WaitingAction::perform || is_kept(send)) return false;
  // Its turn comes when its back-off is over and nothing else is under way.
  const auto& sends = draft.state().sends;
  return send.stage != SendStage::queued || std::any_of(sends.begin(), sends.end(), holds_the_line);
}

void act(Draft& draft, WaitingAction action, Send& send) {
  switch (action) {
    case WaitingAction::perform: return is_kept(send) ? wait_in_line(send) : perform(draft, send);
    case WaitingAction::keep: return keep(send);
    case WaitingAction::suppress: return suppress(draft, send);
    case WaitingAction::fail: return fail(draft, send, kAccountRemoved);
    case WaitingAction::fail_and_queue:
    default: break;
  }
  fail(draft, send, kAccountRemoved);
  queue(draft, QueueReason::send_failed);
}

// Looks for a waiting send that may not stay as it is, and does what its row says. False if all may.
bool settle_waiting(Draft& draft) {
  for (Send& send : draft.state().sends) {
    if (!waits(send)) continue;
    const auto& row = find_row(kWaitingSendTable, draft.policy.account, sender_of(send), draft.phase());
    if (rests(draft, row.then, send)) continue;
    act(draft, draft.apply_once(row), send);
    return true;
  }
  return false;
}

}  // namespace

bool send_out(Draft& draft, Author author, const std::optional<UserId>& user, std::string_view text) {
  bound_echoes(draft);
  bool all = true;
  for (std::string& part : split_text(text, std::max(1U, draft.policy.text_max_chars))) {
    Send send;
    send.digest = digest_of(part);
    send.author = author;
    if (sends_under_way(draft.state()) >= draft.policy.sends_max) {
      send.message = record_outgoing(draft, author, user, std::move(part), Delivery::pending);
      update(draft, send, Delivery::failed, kNoRoom);
      all = false;
      continue;
    }
    send.message = record_outgoing(draft, author, user, std::move(part), Delivery::pending);
    draft.state().sends.push_back(send);
  }
  if (!all) act_without_room(draft);
  return all;
}

void on_send_succeeded(Draft& draft, const SendSucceeded& event) {
  Send* send = send_under_way(draft, event.send, InDoubt::counts);
  const SendAction action = decide(draft, SendResult::succeeded, send);
  if (send == nullptr) return act(draft, action, send, {});
  // An id that another message carries already tells nothing about this one.
  const bool usable = event.provider_id && !event.provider_id->empty() && !event.known;
  update_sent(draft, *send, usable ? event.provider_id : std::nullopt);
  // The echo of an earlier attempt may still come; without an id only the echo can tell.
  if (usable) return note_shown(draft, *send);
  keep_for_echo(*send);
}

void on_send_failed(Draft& draft, const SendFailed& event) {
  Send* send = send_under_way(draft, event.send, InDoubt::settled);
  const SendResult result = result_of(event.failure);
  const SendAction action = decide(draft, result, send);
  if (send != nullptr && is_surely_unsent(result)) ++send->withdrawn;
  act(draft, action, send, event.detail);
}

void confirm_send(Draft& draft, const SelfMessage& echo) {
  draft.out.outcome.reason = Reason::own_echo;
  Send& send = *echo_of(draft, echo);
  if (send.shown > 0) {
    // A further echo under another id: the text went out once more. Keep it under its own id, or a redelivery of this
    // echo would look like a human.
    MessageRecorded twin;
    twin.number = ++draft.state().message_count;
    twin.author = send.author;
    twin.provider_id = echo.provider_id;
    twin.provider_time = provider_time(echo, draft.now);
    twin.received_at = draft.now;
    twin.text = echo.text;
    twin.delivery = Delivery::sent;
    twin.delivery_error = "sent twice";
    draft.record(twin);
    return note_shown(draft, send);
  }
  find_text(draft, send.message);
  if (!is_agents(send)) cover_before(draft, send.message);
  update_sent(draft, send, echo.provider_id.empty() ? std::nullopt : std::optional(echo.provider_id));
  // This may be the echo of an earlier attempt: the channel may not have begun the one that it was given since.
  if (echoes_possible(send) > 1 && send.stage == SendStage::performing) draft.effect(RecallSend{id_of(send)});
  note_shown(draft, send);
}

void perform_again(Draft& draft) {
  for (Send& send : draft.state().sends) {
    // The one that is due: those behind it have no deadline. pump_sends hands it over at the end of the step, if it may
    // still be said then.
    if (waits(send) && send.deadline) wait_in_line(send);
  }
}

void settle_ambiguous(Draft& draft) {
  for (std::size_t at = 0; at < draft.state().sends.size(); ++at) {
    Send& send = draft.state().sends[at];
    if (send.stage != SendStage::ambiguous) continue;
    act(draft,
        draft.apply(find_row(kAmbiguousSendTable, draft.policy.on_ambiguous_send, sender_of(send),
                             resends_of(draft, send), draft.phase())),
        send);
  }
}

void recover_sends(Draft& draft) {
  for (Send& send : draft.state().sends) {
    if (send.stage != SendStage::performing) continue;
    ++send.interrupted;
    await_echo(draft, send);
  }
}

void release_sends(Draft& draft) {
  for (Send& send : draft.state().sends) {
    if (send.stage == SendStage::held) wait_in_line(send);
  }
}

void stop_sends(Draft& draft) {
  for (Send& send : draft.state().sends) send.stopped = send.stopped || is_agents(send);
}

void recall_sends(Draft& draft) {
  for (const Send& send : draft.state().sends) {
    const bool with_channel = send.stage == SendStage::performing;
    if (with_channel && is_agents(send)) draft.effect(RecallSend{id_of(send)});
  }
}

void pump_sends(Draft& draft) {
  while (settle_waiting(draft)) {
  }
}

}  // namespace sessioncore::detail
