#include "testing/sim_checks.hpp"

#include <algorithm>

#include <sessioncore/core/views.hpp>
#include <sessioncore/engine/replay.hpp>
#include <sessioncore/json.hpp>

namespace sessioncore::testing {
namespace {

// A redelivery under another name counts as the same message; only sabotage renames.
std::string base_id(const ProviderMessageId& id) {
  return id.value.substr(0, id.value.find('#'));
}

bool holds(const std::vector<PendingMessage>& pending, MessageNumber number) {
  return std::any_of(pending.begin(), pending.end(), [&](const auto& message) { return message.number == number; });
}

bool may_still_be_answered(const Conversation& state, MessageNumber question) {
  return std::any_of(state.answers.begin(), state.answers.end(), [&](const Answer& answer) {
    return answer.of_person && answer.lost.empty() && holds(answer.questions, question);
  });
}

const Answer* answer_to(const Conversation& state, MessageNumber question) {
  const auto at = std::find_if(state.answers.begin(), state.answers.end(),
                               [&](const Answer& answer) { return holds(answer.questions, question); });
  return at == state.answers.end() ? nullptr : &*at;
}

bool loses(const Commit& commit, const Answer& answer) {
  return std::any_of(commit.records.begin(), commit.records.end(), [&](const Record& record) {
    const auto* changed = std::get_if<MessageUpdated>(&record);
    return changed != nullptr && answer.first <= changed->number && changed->number <= answer.last &&
           (changed->delivery == Delivery::failed || changed->delivery == Delivery::suppressed);
  });
}

bool asks_agent(const Commit& commit) {
  const auto& effects = commit.decision.effects;
  return std::any_of(effects.begin(), effects.end(), [](const Effect& effect) {
    return std::holds_alternative<OpenLink>(effect) || std::holds_alternative<AskAgent>(effect);
  });
}

// When a person did this, by the clock that counts: of what was written the provider's, if it told (R25).
std::optional<Instant> moment_of_person(const Decision& decision) {
  if (const auto* message = std::get_if<SelfMessage>(&decision.event)) {
    return message->provider_time.ms > 0 ? std::min(message->provider_time, decision.at) : decision.at;
  }
  const bool command =
      std::holds_alternative<TakeOver>(decision.event) || std::holds_alternative<SendText>(decision.event);
  return command ? std::optional(decision.at) : std::nullopt;
}

bool human_message_in(const Commit& commit) {
  return std::any_of(commit.records.begin(), commit.records.end(), [](const Record& record) {
    const auto* message = std::get_if<MessageRecorded>(&record);
    return message != nullptr && message->author == Author::human && message->delivery != Delivery::suppressed;
  });
}

std::string at(const ChatId& chat, MessageNumber number) {
  return " (" + message_id(chat, number) + ")";
}

}  // namespace

void Checks::violated(const std::string& what) {
  if (violations_.size() < 20) violations_.push_back(what);
}

void Checks::on_commit(const Commit& commit, const MemoryStore& store) {
  check_agent_stays_silent(commit, store);
  check_account(commit);
  check_grace(commit);
  check_queue(commit);
  check_arrival(commit);
  check_receipts(commit);
  check_pending(commit, store);
  check_texts_of_people(commit);
  check_deadline(commit, store);
  check_bounds(commit);
  last_[commit.facts.id] = commit.state;
}

void Checks::on_crash(const MemoryStore& store) {
  for (const ChatId& chat : store.chats()) {
    last_[chat] = (*const_cast<MemoryStore&>(store).load(chat))->state;
    covered_by_.erase(chat);
    forget_open(chat, last_[chat], const_cast<MemoryStore&>(store));
  }
}

// Whatever the agent had said until it lost the conversation is not said later (P3).
void Checks::note_taken(const Commit& commit) {
  const auto is_agents = [](Phase phase) { return phase == Phase::ai || phase == Phase::queued; };
  const auto before = last_.find(commit.facts.id);
  if (before == last_.end() || !is_agents(commit.decision.before) || is_agents(commit.decision.after)) return;
  taken_at_[commit.facts.id] = before->second.message_count;
}

// P3: whatever leaves for the contact in the agent's name leaves in a phase that is the agent's, and in no later one.
void Checks::check_agent_stays_silent(const Commit& commit, const MemoryStore& store) {
  note_taken(commit);
  const Phase phase = commit.decision.after;
  const auto taken = taken_at_.find(commit.facts.id);
  for (const Effect& effect : commit.decision.effects) {
    const auto* send = std::get_if<SendMessage>(&effect);
    if (send != nullptr) {
      for (const StoredMessage& message : store.all_messages(commit.facts.id)) {
        if (message.number != send->send.message || message.author != Author::ai) continue;
        if (phase != Phase::ai && phase != Phase::queued) {
          violated("P3: the agent's text is sent in phase " + std::string(to_string(phase)) +
                   at(commit.facts.id, message.number));
        }
        if (taken != taken_at_.end() && message.number <= taken->second) {
          violated("P3: sent although somebody took the conversation since" + at(commit.facts.id, message.number));
        }
      }
    }
    if (std::holds_alternative<AskAgent>(effect) && phase != Phase::ai && phase != Phase::queued) {
      violated("P3: the agent is asked in phase " + std::string(to_string(phase)));
    }
  }
}

// P3: nor does it leave later, when the conversation is somebody else's by then. What counts is the latest commit that
// was handed out: its effects have been performed.
void Checks::on_send_begins(const ChatId& chat, MessageNumber message, const MemoryStore& store) {
  const auto last = last_.find(chat);
  if (last == last_.end()) return;
  const Phase phase = phase_of(last->second);
  if (phase == Phase::ai || phase == Phase::queued) return;
  for (const StoredMessage& stored : store.all_messages(chat)) {
    if (stored.number == message && stored.author == Author::ai) {
      violated("P3: the channel begins to send the agent's text in phase " + std::string(to_string(phase)) +
               at(chat, message));
    }
  }
}

// R21: nothing is handed to a channel whose account is known to be away, and what waits for it is kept without a time.
// P4: nor does time alone put a question to the agent while somebody's word in time may still be to come.
void Checks::check_account(const Commit& commit) {
  const AccountState account = commit.decision.policy->account;
  for (const Effect& effect : commit.decision.effects) {
    const auto* send = std::get_if<SendMessage>(&effect);
    if (send != nullptr && account != AccountState::connected) {
      violated("R21: handed to the channel while the account is " + std::string(to_string(account)) +
               at(commit.facts.id, send->send.message));
    }
    const bool asks = std::holds_alternative<OpenLink>(effect) || std::holds_alternative<AskAgent>(effect);
    if (asks && account == AccountState::catching_up && std::holds_alternative<Tick>(commit.decision.event)) {
      violated("P4: the agent's turn before what was missed is read (" + commit.facts.id.value + ")");
    }
  }
  for (const Send& send : commit.state.sends) {
    const bool kept = send.stage == SendStage::held && !send.deadline;
    if (kept && account != AccountState::disconnected && account != AccountState::catching_up) {
      violated("R21: kept although the account is " + std::string(to_string(account)) +
               at(commit.facts.id, send.message));
    }
  }
}

// P4: within the grace period, its last moment included, a person is first, however late we hear of it.
void Checks::check_grace(const Commit& commit) {
  const auto before = last_.find(commit.facts.id);
  const auto* waiting = before != last_.end() ? std::get_if<Waiting>(&before->second.phase) : nullptr;
  const auto moment = moment_of_person(commit.decision);
  if (waiting != nullptr && moment && *moment <= waiting->grace_deadline && asks_agent(commit)) {
    violated("P4: the agent's turn although a person was there in time (" + commit.facts.id.value + ")");
  }
}

// R27: while a human is wanted the agent is silent, unless it is to help out; and only people end the wait at will.
void Checks::check_queue(const Commit& commit) {
  const Decision& decision = commit.decision;
  if (decision.after == Phase::queued && !decision.policy->answer_while_queued && asks_agent(commit)) {
    violated("R27: the agent is asked while a human is wanted (" + commit.facts.id.value + ")");
  }
  const auto* resolved = std::get_if<Resolved>(&commit.state.phase);
  const bool by_somebody = std::holds_alternative<Close>(decision.event) || decision.policy->blacklisted;
  if (decision.before == Phase::queued && resolved != nullptr && resolved->by == ResolvedBy::manual && !by_somebody) {
    violated("R27: a human was wanted, and nobody resolved it (" + commit.facts.id.value + ")");
  }
}

// P7: what a contact writes is open from the step that stores it, unless it is covered or nobody is to answer it.
void Checks::check_arrival(const Commit& commit) {
  const Policy& policy = *commit.decision.policy;
  const auto open = unanswered(commit.state);
  const auto& business = commit.state.last_business_at;
  for (const Record& record : commit.records) {
    const auto* message = std::get_if<MessageRecorded>(&record);
    if (message == nullptr || message->author != Author::contact || policy.blacklisted) continue;
    const bool covered = business && *business > message->provider_time;
    if (!covered && std::find(open.begin(), open.end(), message->number) == open.end()) {
      violated("P7: a new message is not open" + at(commit.facts.id, message->number));
    }
  }
}

// R17: a receipt that comes late never lowers what is known.
void Checks::check_receipts(const Commit& commit) {
  for (const Record& record : commit.records) {
    const auto* changed = std::get_if<MessageUpdated>(&record);
    if (changed == nullptr || !changed->delivery) continue;
    const MessageKey key{commit.facts.id, changed->number};
    if (changed->delivery == Delivery::read) read_.insert(key);
    if (changed->delivery == Delivery::delivered && read_.count(key) != 0) {
      violated("R17: read before, and delivered now" + at(commit.facts.id, changed->number));
    }
  }
}

// P7: a message stops being pending only because somebody answered, the session ended or the contact took it back.
void Checks::check_pending(const Commit& commit, const MemoryStore& store) {
  const auto before = last_.find(commit.facts.id);
  if (before == last_.end()) return;
  forget_open(commit.facts.id, commit.state, const_cast<MemoryStore&>(store));
  const bool same_session = before->second.session.number == commit.state.session.number;
  const bool over = phase_of(commit.state) == Phase::resolved || !same_session;
  const bool taken_back = std::holds_alternative<MessageDeleted>(commit.decision.event);
  if (over || taken_back || human_message_in(commit)) return;
  for (const PendingMessage& message : commit.state.pending) {
    const Answer* answer = answer_to(before->second, message.number);
    if (answer != nullptr && answer->lost.empty() && !loses(commit, *answer)) {
      violated("R5: pending again although its answer went out" + at(commit.facts.id, message.number));
    }
  }
  const Phase phase = phase_of(commit.state);
  const bool with_human = phase == Phase::queued || phase == Phase::human;
  const bool full = commit.state.pending.size() >= commit.decision.policy->pending_messages_max;
  if (full && with_human) return;  // the oldest leave the question
  for (const MessageNumber question : unanswered(before->second)) {
    const bool kept = holds(commit.state.pending, question) || answer_to(commit.state, question) != nullptr;
    if (!kept) violated("P7: an open question is gone without an answer" + at(commit.facts.id, question));
  }
  for (const Answer& answer : before->second.answers) check_lost(commit, answer);
}

// P7: what an answer that did not go out was to cover stays open.
void Checks::check_lost(const Commit& commit, const Answer& answer) {
  if (!loses(commit, answer)) return;
  const auto open = unanswered(commit.state);
  for (const PendingMessage& question : answer.questions) {
    const bool is_open = std::find(open.begin(), open.end(), question.number) != open.end();
    if (!is_open && !may_still_be_answered(commit.state, question.number)) {
      violated("P7: its answer never went out, and it is not open" + at(commit.facts.id, question.number));
    }
  }
}

// P7: what the texts of people covered is open again if none of them went out. Kept here, not read from the answers of
// the state: those are what is checked.
void Checks::check_texts_of_people(const Commit& commit) {
  auto& texts = covered_by_[commit.facts.id];
  const auto before = last_.find(commit.facts.id);
  const bool same_session = before != last_.end() && before->second.session.number == commit.state.session.number;
  if (!same_session || !has_active_session(commit.state)) texts.clear();
  if (!has_active_session(commit.state)) return;
  const bool others = std::holds_alternative<SelfMessage>(commit.decision.event) ||
                      std::holds_alternative<MessageDeleted>(commit.decision.event);
  if (others)
    return texts.clear();  // a person's word, our own echo or a question taken back: what is open then is theirs
  if (std::holds_alternative<SendText>(commit.decision.event) && commit.decision.outcome.message != 0 && same_session) {
    const auto open = unanswered(before->second);
    texts[commit.decision.outcome.message] = {open.begin(), open.end()};
  }
  for (const Record& record : commit.records) {
    if (const auto* changed = std::get_if<MessageUpdated>(&record)) settle_text_of_person(commit, *changed);
  }
}

void Checks::settle_text_of_person(const Commit& commit, const MessageUpdated& change) {
  auto& texts = covered_by_[commit.facts.id];
  const auto text = texts.find(change.number);
  if (text == texts.end() || !change.delivery) return;
  if (*change.delivery != Delivery::failed) {
    texts.erase(texts.begin(), std::next(text));  // it answers all that was before it
    return;
  }
  const auto questions = std::move(text->second);
  const auto later = texts.erase(text);
  if (later != texts.end()) return later->second.insert(questions.begin(), questions.end());
  const auto open = unanswered(commit.state);
  const bool full = open.size() >= commit.decision.policy->pending_messages_max;
  for (const MessageNumber question : questions) {
    if (!full && std::find(open.begin(), open.end(), question) == open.end()) {
      violated("P7: a person's text never went out, and its question is not open" + at(commit.facts.id, question));
    }
  }
}

// P6: the stored deadline is the computed one.
void Checks::check_deadline(const Commit& commit, const MemoryStore& store) {
  // A later commit of the same batch may have stored another one already.
  const auto current = const_cast<MemoryStore&>(store).load(commit.facts.id);
  if (!current || !*current || (*current)->state.version != commit.state.version) return;
  if (store.deadline(commit.facts.id) != next_deadline(commit.state))
    violated("P6: stored and computed deadline differ");
  if (store.needs_recovery(commit.facts.id) != sessioncore::needs_recovery(commit.state)) {
    violated("P6: the stored recovery mark is wrong");
  }
}

void Checks::check_bounds(const Commit& commit) {
  const Policy& policy = *commit.decision.policy;
  if (commit.state.pending.size() > policy.pending_messages_max) violated("bounds: too many pending messages");
  if (commit.state.sends.size() > 2 * std::size_t{policy.sends_max} + policy.echoes_max)
    violated("bounds: too many sends");
  if (commit.state.turn_starts.size() > policy.ai_turns_per_hour_max) violated("bounds: too many turn starts");
}

void Checks::on_asked(const ChatId& chat, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    if (text.front() == '[') continue;  // placeholders of attachments are all the same
    if (answered_.count({chat, text}) != 0) violated("R5: the agent is asked again about an answered message: " + text);
  }
  asked_[chat] = texts;
}

void Checks::on_asked_answered(const ChatId& chat) {
  for (const std::string& text : asked_[chat]) answered_.insert({chat, text});
}

void Checks::on_answered(const Commit& commit, const MemoryStore& store) {
  on_asked_answered(commit.facts.id);
  forget_open(commit.facts.id, commit.state, const_cast<MemoryStore&>(store));  // an answer that found no room is none
}

// What is open may be asked.
void Checks::forget_open(const ChatId& chat, const Conversation& state, MemoryStore& store) {
  const auto open = unanswered(state);
  const auto messages = store.messages(chat, open);
  for (const StoredMessage& message : *messages) answered_.erase({chat, message.text});
}

void Checks::at_quiet(const MemoryStore& store) {
  for (const ChatId& chat : store.chats()) check_finished(store, chat);
}

void Checks::at_rest(const MemoryStore& store) {
  for (const ChatId& chat : store.chats()) {
    check_counted_once(store, chat);
    check_sends(store, chat);
    check_echoes(store, chat);
    check_finished(store, chat);
    check_replay(store, chat);
  }
}

// P1 and P2: what was acknowledged is stored, and stored once.
void Checks::check_counted_once(const MemoryStore& store, const ChatId& chat) {
  std::map<std::string, int> count;
  for (const StoredMessage& message : store.all_messages(chat)) {
    if (!message.provider_id.empty()) ++count[base_id(message.provider_id)];
  }
  for (const auto& [id, times] : count) {
    if (times > 1) violated("P2: " + id + " is stored " + std::to_string(times) + " times");
  }
  for (const auto& [of_chat, id] : acknowledged_) {
    if (of_chat == chat && count[base_id(id)] == 0) violated("P1: " + id.value + " was acknowledged and is not stored");
  }
}

unsigned Checks::duplicates_allowed(const MessageKey& send) const {
  const auto crashes = crashes_with_.find(send);
  return (crashes == crashes_with_.end() ? 0 : crashes->second) + (doubted_.count(send) != 0 ? 1 : 0);
}

// P5: on the phone once, and once more at most for each time nobody could know; what counts as sent is there.
void Checks::check_sends(const MemoryStore& store, const ChatId& chat) {
  std::map<MessageNumber, unsigned> times;
  for (const Shown& shown : shown_) {
    if (shown.chat == chat && shown.message != 0) ++times[shown.message];
  }
  for (const auto& [message, shown] : times) {
    if (shown > 1 + duplicates_allowed({chat, message})) {
      violated("P5: shown " + std::to_string(shown) + " times" + at(chat, message));
    }
  }
  for (const StoredMessage& message : store.all_messages(chat)) {
    if (message.author == Author::contact || (message.author == Author::human && !message.user)) continue;
    const bool twin = message.delivery_error == "sent twice";
    // Of two with the same text an echo cannot tell which it is (R3): the oldest counts as the one that was shown.
    const bool stands_there = times[message.number] > 0 || shown_text(chat, message.text);
    if (message.delivery == Delivery::sent && !stands_there && !twin) {
      violated("P5: counted as sent and never shown" + at(chat, message.number));
    }
    if (message.delivery == Delivery::suppressed &&
        times[message.number] > duplicates_allowed({chat, message.number})) {
      violated("P5: counted as suppressed, yet shown" + at(chat, message.number));
    }
    if (message.delivery == Delivery::pending) violated("P5: still pending at rest" + at(chat, message.number));
  }
}

bool Checks::shown_text(const ChatId& chat, const std::string& text) const {
  return std::any_of(shown_.begin(), shown_.end(), [&](const Shown& shown) {
    return shown.chat == chat && shown.message != 0 && shown.text == text;
  });
}

// R3: nothing that we sent is stored as a human's.
void Checks::check_echoes(const MemoryStore& store, const ChatId& chat) {
  for (const StoredMessage& message : store.all_messages(chat)) {
    if (message.author != Author::human || message.user || message.delivery_error == "sent twice") continue;
    for (const Shown& shown : shown_) {
      if (shown.chat == chat && shown.message != 0 && base_id(shown.provider_id) == base_id(message.provider_id)) {
        violated("R3: our own echo was taken for a human" + at(chat, message.number));
      }
    }
  }
}

// A person who hands the conversation back may leave what was written before to the next message (S9.5).
bool Checks::was_handed_back_later(const MemoryStore& store, const ChatId& chat, MessageNumber question) {
  const auto written = store.all_messages(chat).at(question - 1).received_at;
  const auto log = const_cast<MemoryStore&>(store).decisions(chat, 0, 1'000'000);
  return std::any_of(log->begin(), log->end(), [&](const Decision& decision) {
    const auto* release = std::get_if<Release>(&decision.event);
    const bool accepted = decision.outcome.verdict == Verdict::accepted && decision.before != decision.after;
    return release != nullptr && !release->immediate && accepted && decision.at >= written;
  });
}

// P7 and liveness: after a quiet time without faults nothing is under way and the agent owes no answer.
void Checks::check_finished(const MemoryStore& store, const ChatId& chat) {
  const auto stored = const_cast<MemoryStore&>(store).load(chat);
  const Conversation& state = (*stored)->state;
  if (phase_of(state) == Phase::waiting) violated("P7: still waiting at rest in " + chat.value);
  if (const auto* ai = std::get_if<AiActive>(&state.phase)) {
    if (ai->work.turn) violated("P7: a turn is outstanding at rest in " + chat.value);
    for (const MessageNumber question : unanswered(state)) {
      if (!was_handed_back_later(store, chat, question)) {
        violated("P7: the agent owes an answer at rest" + at(chat, question));
      }
    }
  }
  for (const Send& send : state.sends) {
    if (send.stage != SendStage::unconfirmed) violated("P5: a send is under way at rest" + at(chat, send.message));
  }
  std::set<SessionNumber> open;
  for (const SessionChanged& session : store.sessions(chat)) {
    if (session.phase != Phase::resolved) open.insert(session.number);
  }
  if (open.size() > 1) violated("P7: more than one open session in " + chat.value);
}

// P8: the log replays to the same bytes, rows included.
void Checks::check_replay(const MemoryStore& store, const ChatId& chat) {
  auto& readable = const_cast<MemoryStore&>(store);
  const auto log = readable.decisions(chat, 0, 1'000'000);
  const Conversation state = (*readable.load(chat))->state;
  Replay replay({});
  for (const Decision& decision : *log) replay.add(replay.next(), decision);
  replay.finish(state, store.all_messages(chat), store.sessions(chat));
  if (const auto& difference = replay.difference()) {
    violated("P8: decision " + std::to_string(difference->decision) + " of " + chat.value + ": " + difference->detail);
  }
  if (json::write(replay.state()) != json::write(state)) violated("P8: the replayed state differs in " + chat.value);
}

}  // namespace sessioncore::testing
