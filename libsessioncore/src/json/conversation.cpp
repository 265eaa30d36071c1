// The form of the state: written with every commit, so what says nothing is left out.
#include "json/reader.hpp"
#include "json/writer.hpp"

#include <sessioncore/json.hpp>

namespace sessioncore::json {
namespace detail {

template <class Visitor, Of<std::uint64_t> T>
void digest_field(Visitor& visit, const char* name, T& value) {
  Digest wrapped{value};
  visit.field(name, wrapped);
  if constexpr (!std::is_const_v<T>) value = wrapped.value;
}

template <class Visitor, Of<std::vector<std::uint64_t>> T>
void digest_list(Visitor& visit, const char* name, T& values) {
  std::vector<Digest> wrapped(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) wrapped[i].value = values[i];
  visit.field(name, wrapped);
  if constexpr (!std::is_const_v<T>) {
    values.clear();
    for (const Digest& one : wrapped) values.push_back(one.value);
  }
}

template <class Visitor, Of<Turn> T>
void describe(Visitor& visit, T& turn) {
  auto& [batch, failures, stage, reply_deadline] = turn;
  visit.field("batch", batch);
  visit.field("failures", failures);
  visit.field("stage", stage);
  visit.field("reply_deadline_ms", reply_deadline);
}

template <class Visitor, Of<AgentWork> T>
void describe(Visitor& visit, T& work) {
  auto& [buffer_first, buffer_deadline, turn] = work;
  visit.field("buffer_first_ms", buffer_first);
  visit.field("buffer_deadline_ms", buffer_deadline);
  visit.field("turn", turn);
}

template <class Visitor, Of<Waiting> T>
void describe(Visitor& visit, T& phase) {
  auto& [grace_deadline] = phase;
  visit.field("grace_deadline_ms", grace_deadline);
}

template <class Visitor, Of<AiActive> T>
void describe(Visitor& visit, T& phase) {
  auto& [work, handoff_at] = phase;
  visit.field("work", work);
  visit.field("handoff_at_ms", handoff_at);
}

template <class Visitor, Of<Queued> T>
void describe(Visitor& visit, T& phase) {
  auto& [reason, since, retry_at, work] = phase;
  visit.given("reason", reason);
  visit.field("since_ms", since);
  visit.field("retry_at_ms", retry_at);
  visit.field("work", work);
}

template <class Visitor, Of<HumanActive> T>
void describe(Visitor& visit, T& phase) {
  auto& [by, since] = phase;
  visit.field("by", by);
  visit.field("since_ms", since);
}

template <class Visitor, Of<Resolved> T>
void describe(Visitor& visit, T& phase) {
  auto& [by, at] = phase;
  visit.given("by", by);
  visit.field("at_ms", at);
}

inline void describe(Writer& visit, const PhaseData& phase) {
  if (phase.index() == 0) return;
  visit.type(to_string(phase_of(phase)));
  std::visit(
      [&](const auto& data) {
        if constexpr (!std::is_same_v<std::remove_cvref_t<decltype(data)>, std::monostate>) describe(visit, data);
      },
      phase);
}

inline void describe(Reader& visit, PhaseData& phase) {
  phase = std::monostate();
  if (!visit.present()) return;
  switch (enumerator<Phase>(visit.type()).value_or(Phase::none)) {
    case Phase::none: return visit.fail(visit.place(), "has no known type");
    case Phase::waiting: return describe(visit, phase.emplace<Waiting>());
    case Phase::ai: return describe(visit, phase.emplace<AiActive>());
    case Phase::queued: return describe(visit, phase.emplace<Queued>());
    case Phase::human: return describe(visit, phase.emplace<HumanActive>());
    case Phase::resolved: return describe(visit, phase.emplace<Resolved>());
  }
}

template <class Visitor, Of<Session> T>
void describe(Visitor& visit, T& session) {
  auto& [number, started_at, message_count, inactivity_deadline, fallback_sent, agent_conversation_id,
         agent_conversation_created_at, agent_last_interaction_at] = session;
  visit.field("number", number);
  visit.field("started_at_ms", started_at);
  visit.field("message_count", message_count);
  visit.field("inactivity_deadline_ms", inactivity_deadline);
  visit.field("fallback_sent", fallback_sent);
  visit.field("agent_conversation_id", agent_conversation_id);
  visit.field("agent_conversation_created_at_ms", agent_conversation_created_at);
  visit.field("agent_last_interaction_at_ms", agent_last_interaction_at);
}

template <class Visitor, Of<Link> T>
void describe(Visitor& visit, T& link) {
  auto& [generation, stage, questions, failures, deadline, ask_at, answered_event, answered_digests, agent] = link;
  visit.given("generation", generation);
  visit.field("stage", stage);
  visit.field("questions", questions);
  visit.field("failures", failures);
  visit.field("deadline_ms", deadline);
  visit.field("ask_at_ms", ask_at);
  visit.field("answered_event", answered_event);
  digest_list(visit, "answered_digests", answered_digests);
  visit.field("agent", agent);
}

template <class Visitor, Of<PendingMessage> T>
void describe(Visitor& visit, T& message) {
  auto& [number, provider_time] = message;
  visit.field("number", number);
  visit.field("provider_time_ms", provider_time);
}

template <class Visitor, Of<Answer> T>
void describe(Visitor& visit, T& answer) {
  auto& [questions, first, last, lost, wanted, of_person] = answer;
  visit.field("questions", questions);
  visit.field("first", first);
  visit.field("last", last);
  visit.field("lost", lost);
  visit.field("wanted", wanted);
  visit.field("of_person", of_person);
}

template <class Visitor, Of<Send> T>
void describe(Visitor& visit, T& send) {
  auto& [message, digest, author, stage, attempts, stopped, shown, since, deadline, withdrawn, refused, doubts,
         interrupted] = send;
  visit.field("message", message);
  digest_field(visit, "digest", digest);
  visit.given("author", author);
  visit.field("stage", stage);
  visit.field("attempts", attempts);
  visit.field("withdrawn", withdrawn);
  visit.field("refused", refused);
  visit.field("doubts", doubts);
  visit.field("interrupted", interrupted);
  visit.field("stopped", stopped);
  visit.field("shown", shown);
  visit.field("since_ms", since);
  visit.field("deadline_ms", deadline);
}

template <class Visitor, Of<Conversation> T>
void describe(Visitor& visit, T& state) {
  auto& [version, last_step_at, closed, message_count, session, phase, link, pending, answers, sends, turn_starts,
         last_business_at, last_human_at, last_phone_at] = state;
  visit.required("version", version);
  visit.field("last_step_at_ms", last_step_at);
  visit.field("closed", closed);
  visit.field("message_count", message_count);
  visit.field("session", session);
  visit.field("phase", phase);
  visit.field("link", link);
  visit.field("pending", pending);
  visit.field("answers", answers);
  visit.field("sends", sends);
  visit.field("turn_starts_ms", turn_starts);
  visit.field("last_business_at_ms", last_business_at);
  visit.field("last_human_at_ms", last_human_at);
  visit.field("last_phone_at_ms", last_phone_at);
}

}  // namespace detail

std::string write(const Conversation& state) {
  return detail::print(detail::to_document(state));
}
Result<Conversation> read_conversation(std::string_view text) {
  auto state = detail::from_text<Conversation>(text);
  if (!state) return state;
  // The one thing that the core would trust blindly: the messages of a question stand in the list.
  const bool asks_more = std::visit(
      [&](const auto& phase) {
        if constexpr (requires { phase.work; })
          return phase.work.turn && phase.work.turn->batch > state->pending.size();
        return false;
      },
      state->phase);
  if (asks_more) {
    return Error{ErrorCode::corrupt, "/phase: the turn asks about more than is pending"};
  }
  return state;
}

}  // namespace sessioncore::json
