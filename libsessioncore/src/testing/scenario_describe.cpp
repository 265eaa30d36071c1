#include "testing/scenario_words.hpp"

#include <sessioncore/testing/scenario.hpp>

namespace sessioncore::testing {
namespace {

using detail::print;
using detail::quote;

const char* words_for(LinkStage stage) {
  switch (stage) {
    case LinkStage::closed: return "closed";
    case LinkStage::opening: return "opening";
    case LinkStage::ready: return "ready";
    case LinkStage::backing_off: return "backing off";
  }
  return "";
}

const char* words_for(SendStage stage) {
  switch (stage) {
    case SendStage::queued: return "queued";
    case SendStage::performing: return "performing";
    case SendStage::backing_off: return "backing off";
    case SendStage::held: return "held";
    case SendStage::ambiguous: return "ambiguous";
    case SendStage::unconfirmed: return "unconfirmed";
  }
  return "";
}

// Prints parts of a chat; everything is relative to the script's first moment.
struct Printer {
  Instant zero;

  [[nodiscard]] std::string at(Instant time) const { return print(time - zero); }
  [[nodiscard]] std::string at(const std::optional<Instant>& time) const { return time ? at(*time) : "never"; }

  std::string operator()(std::monostate) const { return "none"; }
  std::string operator()(const Waiting& phase) const { return "waiting until " + at(phase.grace_deadline); }
  std::string operator()(const AiActive& phase) const {
    return phase.handoff_at ? "ai, hands over at " + at(*phase.handoff_at) : "ai";
  }
  std::string operator()(const Queued& phase) const {
    std::string text = "queued (" + std::string(to_string(phase.reason)) + ") since " + at(phase.since);
    return phase.retry_at ? text + ", asks again at " + at(*phase.retry_at) : text;
  }
  std::string operator()(const HumanActive& phase) const {
    return "human " + (phase.by ? phase.by->value : "on the phone") + " since " + at(phase.since);
  }
  std::string operator()(const Resolved& phase) const {
    return "resolved by " + std::string(to_string(phase.by)) + " at " + at(phase.at);
  }
  [[nodiscard]] std::string phase(const PhaseData& data) const { return std::visit(*this, data); }

  std::string operator()(const MessageRecorded& row) const {
    std::string text = "message m" + std::to_string(row.number) + " " + std::string(to_string(row.author));
    if (row.user) text += " " + row.user->value;
    text += row.session == 0 ? " no session" : " s" + std::to_string(row.session);
    if (row.delivery != Delivery::none) text += " " + std::string(to_string(row.delivery));
    if (!row.provider_id.empty()) text += " id=" + row.provider_id.value;
    if (row.kind != MessageKind::text) text += " kind=" + std::string(to_string(row.kind));
    if (row.provider_time != row.received_at) text += " written at " + at(row.provider_time);
    if (!row.sender_name.empty()) text += " from " + quote(row.sender_name);
    return text + " " + quote(row.text);
  }
  std::string operator()(const MessageUpdated& row) const {
    std::string text = "update m" + std::to_string(row.number);
    if (row.delivery) text += " " + std::string(to_string(*row.delivery));
    if (row.delivery_error) text += " error=" + quote(*row.delivery_error);
    if (row.provider_id) text += " id=" + row.provider_id->value;
    if (row.text) text += " text=" + quote(*row.text);
    return row.deleted ? text + " deleted" : text;
  }
  std::string operator()(const SessionChanged& row) const {
    std::string text = "session s" + std::to_string(row.number) + " " + std::string(to_string(row.phase));
    text += " messages=" + std::to_string(row.message_count);
    if (row.resolved_by) text += " resolved_by=" + std::string(to_string(*row.resolved_by));
    if (row.taken_over_by) text += " taken_over_by=" + row.taken_over_by->value;
    if (row.taken_over_at) text += " taken_over_at=" + at(*row.taken_over_at);
    if (!row.agent_conversation_id.empty()) text += " conversation=" + row.agent_conversation_id;
    return text;
  }

  std::string operator()(const SendMessage& effect) const { return "send m" + std::to_string(effect.send.message); }
  std::string operator()(const RecallSend& effect) const { return "recall m" + std::to_string(effect.send.message); }
  std::string operator()(const ListSent& effect) const { return "list_sent since " + at(effect.since); }
  std::string operator()(const OpenLink& effect) const {
    return "open_link g" + std::to_string(effect.generation) + " " + effect.agent.value;
  }
  std::string operator()(const AskAgent& effect) const {
    std::string text = "ask_agent g" + std::to_string(effect.generation);
    for (const MessageNumber number : effect.batch) text += " m" + std::to_string(number);
    return effect.with_context ? text + " with the history" : text;
  }
  std::string operator()(const CloseLink& effect) const { return "close_link g" + std::to_string(effect.generation); }
  std::string operator()(const AnswerTool& effect) const {
    return "answer_tool g" + std::to_string(effect.generation) + " " + effect.call_id + (effect.ok ? " ok" : " error");
  }
  std::string operator()(const Notify& effect) const {
    const std::string text = "notify " + std::string(to_string(effect.notice));
    return effect.detail.empty() ? text : text + " " + quote(effect.detail);
  }

  [[nodiscard]] std::string verdict(const Event& event, const Outcome& outcome) const {
    std::string text = std::string(name_of(event)) + " " + std::string(to_string(outcome.verdict));
    if (outcome.reason != Reason::none) {
      text += " (" + std::string(to_string(outcome.reason));
      if (outcome.held_since) {
        text += " by " + (outcome.held_by ? outcome.held_by->value : "the phone") + " since " + at(*outcome.held_since);
      }
      text += ")";
    }
    for (const auto rule : outcome.rules) text += " " + std::string(rule);
    const auto* release = std::get_if<Release>(&event);
    if (release != nullptr && release->immediate) text += " pending_count=" + std::to_string(outcome.pending_count);
    const bool sends = std::holds_alternative<SendText>(event) && outcome.verdict == Verdict::accepted;
    return sends ? text + " message=m" + std::to_string(outcome.message) : text;
  }

  [[nodiscard]] std::string turn(const Turn& turn) const {
    std::string text = "turn " + std::string(turn.stage == TurnStage::asked ? "asked" : "unasked");
    text += " batch=" + std::to_string(turn.batch) + " failures=" + std::to_string(turn.failures);
    return turn.reply_deadline ? text + " reply until " + at(*turn.reply_deadline) : text;
  }
  [[nodiscard]] std::string work(const AgentWork& work) const {
    std::string text;
    if (work.buffer_deadline) {
      text += "buffer since " + at(work.buffer_first) + " until " + at(*work.buffer_deadline) + "\n";
    }
    if (work.turn) text += turn(*work.turn) + "\n";
    return text;
  }
  [[nodiscard]] std::string link(const Link& link) const {
    std::string text = "link g" + std::to_string(link.generation) + " ";
    text += words_for(link.stage);
    if (link.questions > 0) text += " asked";
    if (link.questions > 1) text += "=" + std::to_string(link.questions);
    if (link.failures > 0) text += " failures=" + std::to_string(link.failures);
    if (link.deadline) text += " until " + at(*link.deadline);
    return link.ask_at ? text + " asks at " + at(*link.ask_at) : text;
  }
  [[nodiscard]] std::string send(const Send& send) const {
    std::string text = "send m" + std::to_string(send.message) + " " + std::string(to_string(send.author)) + " ";
    text += words_for(send.stage);
    text += " attempts=" + std::to_string(send.attempts);
    if (send.stopped) text += " stopped";
    if (send.withdrawn > 0) text += " withdrawn=" + std::to_string(send.withdrawn);
    if (send.refused > 0) text += " refused=" + std::to_string(send.refused);
    return send.deadline ? text + " until " + at(*send.deadline) : text;
  }
};

bool same_phase(const PhaseData& a, const PhaseData& b) {
  if (a.index() != b.index()) return false;
  if (const auto* human = std::get_if<HumanActive>(&a)) return *human == std::get<HumanActive>(b);
  const auto* ai = std::get_if<AiActive>(&a);
  return ai == nullptr || ai->handoff_at == std::get<AiActive>(b).handoff_at;
}

}  // namespace

std::string describe(const Conversation& before, const Event& event, const Step& step, Instant zero) {
  const Printer printer{zero};
  std::string text = printer.verdict(event, step.outcome) + "\n";
  const auto line = [&](const std::string& words) { text += "  " + words + "\n"; };
  if (!same_phase(before.phase, step.next.phase)) {
    line("phase " + printer.phase(before.phase) + " -> " + printer.phase(step.next.phase));
  }
  if (before.closed != step.next.closed) line(step.next.closed ? "chat closed" : "chat open");
  for (const Record& record : step.records) line(std::visit(printer, record));
  for (const Effect& effect : step.effects) line("> " + std::visit(printer, effect));
  return text;
}

std::string describe(const Conversation& state, Instant zero) {
  const Printer printer{zero};
  std::string text = "phase " + printer.phase(state.phase) + (state.closed ? ", chat closed" : "") + "\n";
  if (const auto* ai = std::get_if<AiActive>(&state.phase)) text += printer.work(ai->work);
  if (const auto* queued = std::get_if<Queued>(&state.phase)) text += printer.work(queued->work);
  if (state.session.number > 0) {
    text += "session s" + std::to_string(state.session.number) +
            " messages=" + std::to_string(state.session.message_count) + " inactive at " +
            printer.at(state.session.inactivity_deadline) + "\n";
  }
  text += printer.link(state.link) + "\n";
  if (!state.pending.empty()) {
    text += "pending";
    for (const PendingMessage& message : state.pending) text += " m" + std::to_string(message.number);
    text += "\n";
  }
  for (const Answer& answer : state.answers) {
    text += (answer.of_person ? "answer of a person m" : "answer m") + std::to_string(answer.first) + " to m" +
            std::to_string(answer.last) + " covers";
    for (const PendingMessage& message : answer.questions) text += " m" + std::to_string(message.number);
    for (const MessageNumber number : answer.lost) text += ", lost m" + std::to_string(number);
    text += "\n";
  }
  for (const Send& send : state.sends) text += printer.send(send) + "\n";
  return text + "deadline " + printer.at(next_deadline(state)) + "\n";
}

}  // namespace sessioncore::testing
