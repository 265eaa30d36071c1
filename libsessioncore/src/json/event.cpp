// The forms of events. What an event is about must be there; what merely adds to it may be left out.
#include "json/alternatives.hpp"

#include <sessioncore/json.hpp>

namespace sessioncore::json {
namespace detail {

template <class Visitor, class T>
void describe_message(Visitor& visit, T& event) {
  auto& [provider_id, provider_time, text, kind, sender_name, attachments, known] = event;
  visit.required("provider_id", provider_id);
  visit.required("provider_time_ms", provider_time);
  visit.field("text", text);
  visit.field("kind", kind);
  visit.field("sender_name", sender_name);
  visit.field("attachments", attachments);
  visit.field("known", known);
}

template <class Visitor, Of<ContactMessage> T>
void describe(Visitor& visit, T& event) {
  describe_message(visit, event);
}

template <class Visitor, Of<SelfMessage> T>
void describe(Visitor& visit, T& event) {
  describe_message(visit, event);
}

template <class Visitor, Of<MessageEdited> T>
void describe(Visitor& visit, T& event) {
  auto& [provider_id, text, known] = event;
  visit.required("provider_id", provider_id);
  visit.field("text", text);
  visit.field("known", known);
}

template <class Visitor, Of<MessageDeleted> T>
void describe(Visitor& visit, T& event) {
  auto& [provider_id, known] = event;
  visit.required("provider_id", provider_id);
  visit.field("known", known);
}

template <class Visitor, Of<DeliveryReport> T>
void describe(Visitor& visit, T& event) {
  auto& [provider_id, delivery, known, current] = event;
  visit.required("provider_id", provider_id);
  visit.required("delivery", delivery);
  visit.field("known", known);
  visit.field("current", current);
}

template <class Visitor, Of<LinkReady> T>
void describe(Visitor& visit, T& event) {
  auto& [generation, conversation_id] = event;
  visit.required("generation", generation);
  visit.field("conversation_id", conversation_id);
}

template <class Visitor, Of<AgentReplied> T>
void describe(Visitor& visit, T& event) {
  auto& [generation, event_id, text, questions] = event;
  visit.required("generation", generation);
  visit.field("event_id", event_id);
  visit.field("text", text);
  visit.field("questions", questions);
}

template <class Visitor, Of<AgentToolCalled> T>
void describe(Visitor& visit, T& event) {
  auto& [generation, tool, call_id, parameters] = event;
  visit.required("generation", generation);
  visit.required("tool", tool);
  visit.field("call_id", call_id);
  visit.field("parameters", parameters);
}

template <class Visitor, Of<LinkClosed> T>
void describe(Visitor& visit, T& event) {
  auto& [generation, loss, detail] = event;
  visit.required("generation", generation);
  visit.required("loss", loss);
  visit.field("detail", detail);
}

template <class Visitor, Of<SendSucceeded> T>
void describe(Visitor& visit, T& event) {
  auto& [send, provider_id, known] = event;
  visit.required("message", send.message);
  visit.required("attempt", send.attempt);
  visit.field("provider_id", provider_id);
  visit.field("known", known);
}

template <class Visitor, Of<SendFailed> T>
void describe(Visitor& visit, T& event) {
  auto& [send, failure, detail] = event;
  visit.required("message", send.message);
  visit.required("attempt", send.attempt);
  visit.required("failure", failure);
  visit.field("detail", detail);
}

template <class Visitor, Of<HandoffRequested> T>
void describe(Visitor& visit, T& event) {
  auto& [detail] = event;
  visit.field("detail", detail);
}

template <class T>
concept WithoutFields = Of<T, BlacklistChanged> || Of<T, AccountChanged> || Of<T, Tick> || Of<T, Recovered>;

template <class Visitor, WithoutFields T>
void describe(Visitor&, T&) {}

template <class Visitor, Of<TakeOver> T>
void describe(Visitor& visit, T& event) {
  auto& [user, force] = event;
  visit.required("user", user);
  visit.field("force", force);
}

template <class Visitor, Of<Release> T>
void describe(Visitor& visit, T& event) {
  auto& [user, immediate] = event;
  visit.required("user", user);
  visit.field("immediate", immediate);
}

template <class Visitor, Of<Close> T>
void describe(Visitor& visit, T& event) {
  auto& [user] = event;
  visit.required("user", user);
}

template <class Visitor, Of<Reopen> T>
void describe(Visitor& visit, T& event) {
  auto& [user] = event;
  visit.required("user", user);
}

template <class Visitor, Of<SendText> T>
void describe(Visitor& visit, T& event) {
  auto& [user, text, claim] = event;
  visit.required("user", user);
  visit.required("text", text);
  visit.field("claim", claim);
}

inline std::string_view event_name(const Event& event) {
  return name_of(event);
}
inline void describe(Writer& visit, const Event& event) {
  write_alternative(visit, event, event_name);
}
inline void describe(Reader& visit, Event& event) {
  read_alternative(visit, event, event_name);
}

}  // namespace detail

std::string write(const Event& event) {
  return detail::print(detail::to_document(event));
}
Result<Event> read_event(std::string_view text) {
  return detail::from_text<Event>(text);
}

}  // namespace sessioncore::json
