#include "api/why.hpp"

#include "api/words.hpp"
#include "iso_time.hpp"

#include <algorithm>

#include <sessioncore/core/rules.hpp>
#include <sessioncore/core/views.hpp>

namespace sessioncore::server {

namespace {

using Log = std::vector<const Decision*>;

std::string messages(std::size_t count) {
  return count == 1 ? "1 message" : std::to_string(count) + " messages";
}

std::string until(const std::optional<Instant>& at) {
  return at ? " until " + iso_time(*at) : std::string();
}

std::string link_in_words(const Link& link) {
  switch (link.stage) {
    case LinkStage::closed: return "There is no link to the AI now.";
    case LinkStage::opening: return "The link to the AI is being opened; it has" + until(link.deadline) + ".";
    case LinkStage::ready: return "The link is ready; a greeting is waited for" + until(link.ask_at) + ".";
    case LinkStage::backing_off:
      return "The link to the AI was lost; it is tried again" +
             (link.deadline ? " at " + iso_time(*link.deadline) : std::string()) + ".";
  }
  return "";
}

std::string work_in_words(const Conversation& state, const AgentWork& work) {
  if (work.turn && work.turn->stage == TurnStage::asked) {
    return "It was asked about " + messages(work.turn->batch) + " and its answer is awaited" +
           until(work.turn->reply_deadline) + ".";
  }
  if (work.turn) {
    const std::string lost =
        work.turn->failures > 0 ? " (lost " + std::to_string(work.turn->failures) + " times so far)" : "";
    return "It is to be asked about " + messages(work.turn->batch) + lost + ". " + link_in_words(state.link);
  }
  if (work.buffer_deadline) {
    return "It is asked about " + messages(state.pending.size()) + " together at " + iso_time(*work.buffer_deadline) +
           ", unless more come.";
  }
  const std::size_t open = unanswered(state).size();
  return open == 0 ? "Nothing is unanswered." : messages(open) + " unanswered.";
}

bool led_here(const Decision* decision, Phase phase) {
  return decision->after == phase && decision->before != phase;
}

/// The latest decision that led into `phase`, or null.
const Decision* cause_of(const Log& log, Phase phase) {
  const auto at =
      std::find_if(log.rbegin(), log.rend(), [&](const Decision* decision) { return led_here(decision, phase); });
  return at == log.rend() ? nullptr : *at;
}

/// Rows that follow from the end of a session: what becomes of the texts that are left.
bool is_about_sends(const Rule& rule) {
  constexpr std::string_view kTables[] = {"waiting_send", "rest_of_answer", "echo_bound"};
  return std::find(std::begin(kTables), std::end(kTables), rule.table) != std::end(kTables);
}

const Rule* row_that_ended(const Decision& decision) {
  const auto& ids = decision.outcome.rules;
  for (auto id = ids.rbegin(); id != ids.rend(); ++id) {
    const Rule* rule = find_rule(*id);
    if (rule == nullptr || !is_about_sends(*rule)) return rule;
  }
  return nullptr;
}

/// `manual` is many things: the row that ended the session says which.
std::string ended_by(ResolvedBy by, const Decision* ending) {
  const Rule* rule = ending == nullptr ? nullptr : row_that_ended(*ending);
  if (by != ResolvedBy::manual || rule == nullptr) return std::string(in_words(by)) + ".";
  return in_words(ending->event) + " (" + std::string(rule->says) + ").";
}

struct Now {
  const Conversation& state;
  const Log& log;

  std::string operator()(const std::monostate&) const { return "There has been no session, so nobody has to answer."; }
  std::string operator()(const Waiting& waiting) const {
    return "The AI waits: people may answer until " + iso_time(waiting.grace_deadline) + ". " +
           messages(state.pending.size()) + " unanswered.";
  }
  std::string operator()(const AiActive& ai) const {
    if (ai.handoff_at) {
      return "The AI asked for a person; its last words may come until " + iso_time(*ai.handoff_at) + ".";
    }
    return "The AI holds the conversation. " + work_in_words(state, ai.work);
  }
  std::string operator()(const Queued& queued) const {
    std::string text = "A person is wanted since " + iso_time(queued.since) + ", because " +
                       std::string(in_words(queued.reason)) + "; nobody has taken it yet.";
    if (queued.retry_at) text += " The AI is asked again at " + iso_time(*queued.retry_at) + " if nobody does.";
    if (queued.work.turn || queued.work.buffer_deadline) text += " " + work_in_words(state, queued.work);
    return text;
  }
  std::string operator()(const HumanActive& human) const {
    return (human.by ? human.by->value : std::string("A person on the phone")) + " holds the conversation since " +
           iso_time(human.since) + ": the AI stays silent.";
  }
  std::string operator()(const Resolved& resolved) const {
    return "No session is open: the last one ended at " + iso_time(resolved.at) + ", " +
           ended_by(resolved.by, cause_of(log, Phase::resolved));
  }
};

std::string send_in_words(const Send& send) {
  std::string text =
      std::string(send.author == Author::ai ? "The AI's" : "A person's") + " message " + std::to_string(send.message);
  const std::string when = send.deadline ? " at " + iso_time(*send.deadline) : std::string();
  switch (send.stage) {
    case SendStage::queued: return text + " waits for the ones before it.";
    case SendStage::performing: return text + " is with the channel since " + iso_time(send.since) + ".";
    case SendStage::backing_off: return text + " was not taken by the channel; it is tried again" + when + ".";
    case SendStage::held:
      return text + " is kept: the account is disconnected." + (send.deadline ? " It is tried again" + when + "." : "");
    case SendStage::ambiguous: return text + " may have been sent, nobody knows; this is settled" + when + ".";
    case SendStage::unconfirmed: break;
  }
  return {};
}

std::string line_of(const Decision& decision) {
  return iso_time(decision.at) + ", " + in_words(decision.event) + ": " + verdict_in_words(decision);
}

/// Who said something to the contact with this decision, or nothing.
std::string answer_of(const Decision& decision) {
  if (decision.outcome.verdict != Verdict::accepted || decision.outcome.message == 0) return {};
  if (std::holds_alternative<AgentReplied>(decision.event)) return "the AI answered";
  if (std::holds_alternative<SelfMessage>(decision.event)) return "a person answered on the phone";
  if (const auto* send = std::get_if<SendText>(&decision.event)) return send->user.value + " answered";
  return {};
}

/// What became of the contact's latest message after the decision at `at`.
std::string fate_of(const Conversation& state, const Log& log, Log::const_iterator at) {
  const MessageNumber message = (*at)->outcome.message;
  if (message == 0) return {};
  const auto open = unanswered(state);
  if (std::find(open.begin(), open.end(), message) != open.end()) return "It is unanswered.";
  for (auto next = at + 1; next != log.end(); ++next) {
    const std::string answer = answer_of(**next);
    if (!answer.empty())
      return "At " + iso_time((*next)->at) + " " + answer + " (message " + std::to_string((*next)->outcome.message) +
             ").";
    if ((*next)->after == Phase::resolved && (*next)->before != Phase::resolved) {
      return "It got no answer: the session ended. " + line_of(**next) + ".";
    }
  }
  return {};
}

void add_last_contact_message(std::string& text, const Conversation& state, const Log& log) {
  for (auto at = log.end(); at != log.begin();) {
    --at;
    if (!std::holds_alternative<ContactMessage>((*at)->event)) continue;
    if ((*at)->outcome.reason == Reason::duplicate) continue;  // the one that took the message says what became of it
    text += "\nThe contact's latest message: " + line_of(**at) + ".";
    const std::string fate = fate_of(state, log, at);
    if (!fate.empty()) text += "\n" + fate;
    return;
  }
}

/// The latest reply of the AI that was kept back, unless it has said something since.
void add_kept_back_reply(std::string& text, const Log& log) {
  const auto reply = std::find_if(log.rbegin(), log.rend(), [](const Decision* decision) {
    return std::holds_alternative<AgentReplied>(decision->event);
  });
  if (reply == log.rend() || (*reply)->outcome.verdict == Verdict::accepted) return;
  text += "\nKept back: " + line_of(**reply) + ".";
}

}  // namespace

std::string verdict_in_words(const Decision& decision) {
  const Outcome& outcome = decision.outcome;
  std::string text(to_string(outcome.verdict));
  if (outcome.reason != Reason::none) text += " as " + std::string(to_string(outcome.reason));
  for (std::size_t n = 0; n < outcome.rules.size(); ++n) {
    const Rule* rule = find_rule(outcome.rules[n]);
    text += (n == 0 ? " by " : ", ") + std::string(outcome.rules[n]);
    if (rule != nullptr) text += " (" + std::string(rule->says) + ")";
  }
  return text;
}

std::string why(const Conversation& state, const Log& log) {
  std::string text = state.closed ? "The chat is closed. " : "";
  text += std::visit(Now{state, log}, state.phase);
  if (const Decision* cause = cause_of(log, phase_of(state)); cause != nullptr) {
    text += "\nThis is so since " + line_of(*cause) + ".";
  }
  for (const Send& send : state.sends) {
    const std::string line = send_in_words(send);
    if (!line.empty()) text += "\n" + line;
  }
  add_last_contact_message(text, state, log);
  add_kept_back_reply(text, log);
  return text;
}

}  // namespace sessioncore::server
