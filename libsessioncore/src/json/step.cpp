// The forms of what a step gives besides the state: effects, outcome, records.
#include "json/alternatives.hpp"

#include <sessioncore/core/rules.hpp>
#include <sessioncore/json.hpp>

namespace sessioncore::json {
namespace detail {

// ---- effects --------------------------------------------------------------------------------------------------------

template <class Visitor, Of<SendMessage> T>
void describe(Visitor& visit, T& effect) {
  auto& [send] = effect;
  visit.required("message", send.message);
  visit.required("attempt", send.attempt);
}

template <class Visitor, Of<RecallSend> T>
void describe(Visitor& visit, T& effect) {
  auto& [send] = effect;
  visit.required("message", send.message);
  visit.required("attempt", send.attempt);
}

template <class Visitor, Of<ListSent> T>
void describe(Visitor& visit, T& effect) {
  auto& [since] = effect;
  visit.required("since_ms", since);
}

template <class Visitor, Of<OpenLink> T>
void describe(Visitor& visit, T& effect) {
  auto& [generation, agent] = effect;
  visit.required("generation", generation);
  visit.required("agent", agent);
}

template <class Visitor, Of<AskAgent> T>
void describe(Visitor& visit, T& effect) {
  auto& [generation, batch, with_context, session] = effect;
  visit.required("generation", generation);
  visit.required("batch", batch);
  visit.field("with_context", with_context);
  visit.field("session", session);
}

template <class Visitor, Of<CloseLink> T>
void describe(Visitor& visit, T& effect) {
  auto& [generation] = effect;
  visit.required("generation", generation);
}

template <class Visitor, Of<AnswerTool> T>
void describe(Visitor& visit, T& effect) {
  auto& [generation, call_id, ok] = effect;
  visit.required("generation", generation);
  visit.required("call_id", call_id);
  visit.field("ok", ok);
}

template <class Visitor, Of<Notify> T>
void describe(Visitor& visit, T& effect) {
  auto& [notice, detail] = effect;
  visit.required("notice", notice);
  visit.field("detail", detail);
}

inline std::string_view effect_name(const Effect& effect) {
  return name_of(effect);
}
inline void describe(Writer& visit, const Effect& effect) {
  write_alternative(visit, effect, effect_name);
}
inline void describe(Reader& visit, Effect& effect) {
  read_alternative(visit, effect, effect_name);
}

// ---- outcome --------------------------------------------------------------------------------------------------------

inline void describe_rules(Writer& visit, const std::vector<std::string_view>& rules) {
  visit.field("rules", std::vector<std::string>(rules.begin(), rules.end()));
}

inline void describe_rules(Reader& visit, std::vector<std::string_view>& rules) {
  std::vector<std::string> ids;
  visit.field("rules", ids);
  rules.clear();
  const Place list{&visit.place(), "rules"};
  for (std::size_t index = 0; index < ids.size(); ++index) {
    const Rule* const rule = find_rule(ids[index]);
    if (rule == nullptr) return visit.fail(Place{&list, nullptr, index}, "is not a rule of these tables");
    rules.push_back(rule->id);
  }
}

template <class Visitor, Of<Outcome> T>
void describe(Visitor& visit, T& outcome) {
  auto& [verdict, reason, rules, held_by, held_since, pending_count, message] = outcome;
  visit.required("verdict", verdict);
  visit.field("reason", reason);
  describe_rules(visit, rules);
  visit.field("held_by", held_by);
  visit.field("held_since_ms", held_since);
  visit.field("pending_count", pending_count);
  visit.field("message", message);
}

// ---- records --------------------------------------------------------------------------------------------------------

template <class Visitor, Of<MessageRecorded> T>
void describe(Visitor& visit, T& record) {
  auto& [number, session, author, user, provider_id, provider_time, received_at, sender_name, text, kind, attachments,
         delivery, delivery_error] = record;
  visit.required("number", number);
  visit.field("session", session);
  visit.required("author", author);
  visit.field("user", user);
  visit.field("provider_id", provider_id);
  visit.field("provider_time_ms", provider_time);
  visit.field("received_at_ms", received_at);
  visit.field("sender_name", sender_name);
  visit.field("text", text);
  visit.field("kind", kind);
  visit.field("attachments", attachments);
  visit.field("delivery", delivery);
  visit.field("delivery_error", delivery_error);
}

template <class Visitor, Of<MessageUpdated> T>
void describe(Visitor& visit, T& record) {
  auto& [number, delivery, delivery_error, provider_id, text, deleted] = record;
  visit.required("number", number);
  visit.field("delivery", delivery);
  visit.field("delivery_error", delivery_error);
  visit.field("provider_id", provider_id);
  visit.field("text", text);
  visit.field("deleted", deleted);
}

template <class Visitor, Of<SessionChanged> T>
void describe(Visitor& visit, T& record) {
  auto& [number, phase, started_at, resolved_by, resolved_at, grace_deadline, taken_over_by, taken_over_at,
         agent_conversation_id, agent_conversation_created_at, agent_last_interaction_at, message_count] = record;
  visit.required("number", number);
  visit.required("phase", phase);
  visit.field("started_at_ms", started_at);
  visit.field("resolved_by", resolved_by);
  visit.field("resolved_at_ms", resolved_at);
  visit.field("grace_deadline_ms", grace_deadline);
  visit.field("taken_over_by", taken_over_by);
  visit.field("taken_over_at_ms", taken_over_at);
  visit.field("agent_conversation_id", agent_conversation_id);
  visit.field("agent_conversation_created_at_ms", agent_conversation_created_at);
  visit.field("agent_last_interaction_at_ms", agent_last_interaction_at);
  visit.field("message_count", message_count);
}

struct RecordName {
  std::string_view operator()(const MessageRecorded&) const { return "message_recorded"; }
  std::string_view operator()(const MessageUpdated&) const { return "message_updated"; }
  std::string_view operator()(const SessionChanged&) const { return "session_changed"; }
};
inline std::string_view record_name(const Record& record) {
  return std::visit(RecordName{}, record);
}
inline void describe(Writer& visit, const Record& record) {
  write_alternative(visit, record, record_name);
}
inline void describe(Reader& visit, Record& record) {
  read_alternative(visit, record, record_name);
}

}  // namespace detail

std::string write(const std::vector<Effect>& effects) {
  detail::Json list = detail::Json::array();
  for (const Effect& effect : effects) list.push_back(detail::to_document(effect));
  return detail::print(list);
}
Result<std::vector<Effect>> read_effects(std::string_view text) {
  return detail::from_text<std::vector<Effect>>(text);
}

std::string write(const Outcome& outcome) {
  return detail::print(detail::to_document(outcome));
}
Result<Outcome> read_outcome(std::string_view text) {
  return detail::from_text<Outcome>(text);
}

std::string write(const Record& record) {
  return detail::print(detail::to_document(record));
}
Result<Record> read_record(std::string_view text) {
  return detail::from_text<Record>(text);
}

}  // namespace sessioncore::json
