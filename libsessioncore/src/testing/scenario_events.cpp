#include "testing/scenario_events.hpp"

namespace sessioncore::testing::detail {
namespace {

template <class Value>
Value choice(const std::string& name, const std::string& text, const std::map<std::string, Value>& values) {
  const auto at = values.find(text);
  if (at != values.end()) return at->second;
  std::string list;
  for (const auto& [word, value] : values) list += (list.empty() ? "" : ", ") + word;
  throw BadScript(name + " is none of " + list + ": '" + text + "'");
}

MessageKind kind_of(const std::string& text) {
  for (int n = 0; n <= static_cast<int>(MessageKind::other); ++n) {
    if (to_string(static_cast<MessageKind>(n)) == text) return static_cast<MessageKind>(n);
  }
  throw BadScript("kind is no kind of message: '" + text + "'");
}

// Turns the words of one line into one event.
struct Reader {
  Words& words;
  const ScriptView& view;

  [[nodiscard]] std::optional<MessageNumber> known(const ProviderMessageId& id) const {
    const StoredMessage* message = id.empty() ? nullptr : view.find(id);
    return message != nullptr ? std::optional(message->number) : std::nullopt;
  }
  void fill(InboundMessage& message) const {
    message.provider_id = ProviderMessageId(words.get("id", ""));
    const std::string at = words.get("at", "0s");
    message.provider_time = at == "none" ? Instant{} : view.now + parse_duration("at", at);
    message.text = words.get("text", "");
    message.kind = kind_of(words.get("kind", "text"));
    message.sender_name = words.get("name", "");
    message.attachments = words.get("attachments", "");
    message.known = known(message.provider_id);
  }
  [[nodiscard]] ProviderMessageId id() const { return ProviderMessageId(words.get("id")); }
  [[nodiscard]] UserId user() const { return UserId(words.get("user")); }
  [[nodiscard]] Generation generation() const {
    const auto given = words.find("generation");
    return given ? parse_number("generation", *given) : view.generation;
  }

  [[nodiscard]] SendId send_id() const {
    const MessageNumber message = words.number("m");
    const auto given = words.find("attempt");
    if (given) return {message, static_cast<std::uint32_t>(parse_number("attempt", *given))};
    return {message, view.attempt(message)};
  }

  Event contact() const {
    ContactMessage message;
    fill(message);
    return message;
  }
  Event self() const {
    SelfMessage message;
    fill(message);
    return message;
  }
  Event edit() const {
    const ProviderMessageId edited = id();
    return MessageEdited{edited, words.get("text"), known(edited)};
  }
  Event deletion() const {
    const ProviderMessageId deleted = id();
    return MessageDeleted{deleted, known(deleted)};
  }
  Event report() const {
    DeliveryReport report;
    report.provider_id = id();
    report.delivery = choice<ReportedDelivery>(
        "as", words.get("as"), {{"delivered", ReportedDelivery::delivered}, {"read", ReportedDelivery::read}});
    report.known = known(report.provider_id);
    if (report.known) report.current = view.find(report.provider_id)->delivery;
    return report;
  }
  Event link_ready() const { return LinkReady{generation(), words.get("conversation", "conversation")}; }
  Event reply() const {
    AgentReplied reply{generation(), std::nullopt, words.get("text")};
    if (const auto event = words.find("event")) reply.event_id = parse_number("event", *event);
    if (const auto count = words.find("questions")) {
      reply.questions = static_cast<std::uint32_t>(parse_number("questions", *count));
    }
    return reply;
  }
  Event tool() const {
    return AgentToolCalled{generation(), words.get("name"), words.get("call", "call"), words.get("parameters", "")};
  }
  Event link_closed() const {
    const auto loss = choice<LinkLoss>("as", words.get("as"),
                                       {{"clean", LinkLoss::clean},
                                        {"failed", LinkLoss::failed},
                                        {"refused", LinkLoss::refused},
                                        {"busy", LinkLoss::busy}});
    return LinkClosed{generation(), loss, words.get("detail", "")};
  }
  Event sent() const {
    SendSucceeded result{send_id(), std::nullopt, std::nullopt};
    if (auto id = words.find("id")) {
      result.provider_id = ProviderMessageId(*id);
      result.known = known(*result.provider_id);
    }
    return result;
  }
  Event send_failed() const {
    const auto failure = choice<SendFailure>("as", words.get("as"),
                                             {{"retryable", SendFailure::retryable},
                                              {"permanent", SendFailure::permanent},
                                              {"disconnected", SendFailure::disconnected},
                                              {"ambiguous", SendFailure::ambiguous},
                                              {"withdrawn", SendFailure::withdrawn}});
    return SendFailed{send_id(), failure, words.get("detail", "")};
  }
  Event handoff() const { return HandoffRequested{words.get("detail", "")}; }
  Event tick() const { return Tick{}; }
  Event recovered() const { return Recovered{}; }
  Event take_over() const { return TakeOver{user(), words.flag("force")}; }
  Event release() const { return Release{user(), words.flag("immediate")}; }
  Event close() const { return Close{user()}; }
  Event reopen() const { return Reopen{user()}; }
  Event send() const { return SendText{user(), words.get("text"), words.flag("claim")}; }
};

const std::map<std::string, Event (Reader::*)() const> kCommands = {
    {"contact", &Reader::contact},
    {"self", &Reader::self},
    {"edit", &Reader::edit},
    {"delete", &Reader::deletion},
    {"report", &Reader::report},
    {"link_ready", &Reader::link_ready},
    {"reply", &Reader::reply},
    {"tool", &Reader::tool},
    {"link_closed", &Reader::link_closed},
    {"sent", &Reader::sent},
    {"send_failed", &Reader::send_failed},
    {"handoff", &Reader::handoff},
    {"tick", &Reader::tick},
    {"recovered", &Reader::recovered},
    {"take_over", &Reader::take_over},
    {"release", &Reader::release},
    {"close", &Reader::close},
    {"reopen", &Reader::reopen},
    {"send", &Reader::send},
};

}  // namespace

std::optional<Event> read_event(Words& words, const ScriptView& view) {
  const auto command = kCommands.find(words.command());
  if (command == kCommands.end()) return std::nullopt;
  return (Reader{words, view}.*command->second)();
}

}  // namespace sessioncore::testing::detail
