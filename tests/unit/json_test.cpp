// The JSON forms: what was written is read back, the same value gives the same bytes, and nothing malformed gets in.
#include "testing/one_of_each.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <sessioncore/core/rules.hpp>
#include <sessioncore/json.hpp>

using namespace sessioncore;

namespace {

Conversation full_state() {
  Conversation state;
  state.version = 12;
  state.last_step_at = {1'790'000'000'000};
  state.closed = true;
  state.message_count = 4'294'967'295U;
  state.session = {3, {1}, 4, Instant{5}, true, "conversation", Instant{6}, Instant{0}};
  state.link = {
      7, LinkStage::ready, true, 2, Instant{8}, Instant{9}, -10, {0, 0xfedc'ba98'7654'3210ULL}, AgentId("reception")};
  state.pending = {{1, {2}}, {3, {-4}}};
  state.answers = {{{{2, {3}}}, 4, 5, {5}, true}, {}};
  state.sends = {{5, 0xffff'ffff'ffff'ffffULL, Author::human, SendStage::held, 6, true, 2, {7}, Instant{8}, 3, 2, 4, 5},
                 {}};
  state.turn_starts = {{0}, {1}};
  state.last_phone_at = Instant{0};
  state.last_business_at = Instant{1};
  state.last_human_at = Instant{2};
  return state;
}

std::vector<PhaseData> phases() {
  const AgentWork work = {Instant{1}, Instant{0}, Turn{2, 3, TurnStage::asked, Instant{4}}};
  return {std::monostate(),
          Waiting{},
          Waiting{{7}},
          AiActive{},
          AiActive{work, Instant{0}},
          AiActive{{std::nullopt, std::nullopt, Turn{}}, std::nullopt},
          Queued{QueueReason::agent_asked, {0}, std::nullopt, {}},
          Queued{QueueReason::turn_limit, {5}, Instant{6}, work},
          HumanActive{},
          HumanActive{UserId(), {1}},
          HumanActive{UserId("ada"), {2}},
          Resolved{ResolvedBy::human, {0}},
          Resolved{ResolvedBy::timeout, {3}}};
}

std::vector<Event> events() {
  InboundMessage odd;
  odd.text = "\"\\\n";
  odd.kind = MessageKind::sticker;
  std::vector<Event> all = testing::one_of_each_event();
  const std::vector<Event> more = {ContactMessage{},
                                   SelfMessage{odd},
                                   AgentReplied{0, std::nullopt, ""},
                                   AgentReplied{3, 1, "Hello", 0U},  // read before the first question: a greeting
                                   AgentReplied{3, 2, "answer", 2U},
                                   SendSucceeded{{4, 1}, std::nullopt, std::nullopt},
                                   SendFailed{{5, 1}, SendFailure::withdrawn, "taken back"}};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

std::vector<Effect> effects() {
  std::vector<Effect> all = testing::one_of_each_effect();
  all.emplace_back(ListSent{{0}});
  all.emplace_back(AskAgent{3, {}, false, 0});
  return all;
}

std::vector<Record> records() {
  MessageRecorded full{1,     2,      Author::ai,         UserId("ada"), ProviderMessageId("p"), {3},    {4},
                       "Ada", "text", MessageKind::audio, "[1]",         Delivery::uncertain,    "error"};
  MessageRecorded bare;
  bare.number = 9;
  SessionChanged session{
      1,          Phase::queued,  {2},        ResolvedBy::human, Instant{3}, Instant{4}, UserId("ada"),
      Instant{5}, "conversation", Instant{6}, Instant{7},        8};
  SessionChanged empty;
  empty.number = 1;
  MessageUpdated nothing;
  nothing.number = 1;
  return {full, bare, MessageUpdated{1, Delivery::none, "", ProviderMessageId(), "", true}, nothing, session, empty};
}

/// Reads what was written, gives back the same value, and writes the same bytes again.
template <class T, class Read>
void keeps(const T& value, Read read) {
  const std::string text = json::write(value);
  CAPTURE(text);
  const auto back = read(text);
  REQUIRE_MESSAGE(back.has_value(), (back ? std::string() : back.error().detail));
  CHECK(*back == value);
  CHECK(json::write(*back) == text);
}

std::string state_error(const std::string& text) {
  const auto state = json::read_conversation(text);
  REQUIRE_FALSE(state.has_value());
  CHECK(state.error().code == ErrorCode::corrupt);
  return state.error().detail;
}

std::string event_error(const std::string& text) {
  const auto event = json::read_event(text);
  REQUIRE_FALSE(event.has_value());
  CHECK(event.error().code == ErrorCode::corrupt);
  return event.error().detail;
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("json: states come back as they were") {
    keeps(Conversation(), json::read_conversation);
    for (const PhaseData& phase : phases()) {
      Conversation state = full_state();
      state.phase = phase;
      keeps(state, json::read_conversation);
      state = Conversation();
      state.phase = phase;
      state.pending = full_state().pending;  // what the turn asks about
      keeps(state, json::read_conversation);
    }
  }

  TEST_CASE("json: a state says only what there is to say") {
    CHECK(json::write(Conversation()) == R"({"version":0,"link":{"generation":1}})");
    Conversation state;
    state.version = 3;
    state.session.number = 1;
    state.phase = Waiting{{180'000}};
    state.pending = {{1, {5}}};
    CHECK(json::write(state) == R"({"version":3,"session":{"number":1},"phase":{"type":"waiting","grace_deadline_ms":)"
                                R"(180000},"link":{"generation":1},"pending":[{"number":1,"provider_time_ms":5}]})");
  }

  TEST_CASE("json: events, effects and records come back as they were") {
    for (const Event& event : events()) keeps(event, json::read_event);
    CHECK(events().size() >= std::variant_size_v<Event>);
    keeps(effects(), json::read_effects);
    keeps(std::vector<Effect>(), json::read_effects);
    for (const Record& record : records()) keeps(record, json::read_record);
    CHECK(json::write(Event(Tick{})) == R"({"type":"tick"})");
    CHECK(json::write(std::vector<Effect>{SendMessage{{4, 1}}}) ==
          R"([{"type":"send_message","message":4,"attempt":1}])");
  }

  TEST_CASE("json: each enumerator has a name of its own that is read back") {
    for (int n = 0; n <= static_cast<int>(SendStage::unconfirmed); ++n) {
      Conversation state;
      state.sends = {{1, 0, Author::ai, static_cast<SendStage>(n), 0, false, 0, {0}, std::nullopt}};
      keeps(state, json::read_conversation);
    }
    for (int n = 0; n <= static_cast<int>(LinkStage::backing_off); ++n) {
      Conversation state;
      state.link.stage = static_cast<LinkStage>(n);
      keeps(state, json::read_conversation);
    }
    for (int n = 0; n <= static_cast<int>(LinkLoss::busy); ++n) {
      keeps(Event(LinkClosed{1, static_cast<LinkLoss>(n), ""}), json::read_event);
    }
    for (int n = 0; n <= static_cast<int>(SendFailure::withdrawn); ++n) {
      keeps(Event(SendFailed{{1, 1}, static_cast<SendFailure>(n), ""}), json::read_event);
    }
    for (int n = 0; n <= static_cast<int>(Reason::too_many_sends); ++n) {
      Outcome outcome;
      outcome.reason = static_cast<Reason>(n);
      keeps(outcome, json::read_outcome);
    }
    for (int n = 0; n <= static_cast<int>(AmbiguousSend::ask_operator); ++n) {
      Policy policy;
      policy.on_ambiguous_send = static_cast<AmbiguousSend>(n);
      keeps(policy, json::read_policy);
    }
  }

  TEST_CASE("json: policies are written in full and keep defaults of what a text lacks") {
    keeps(Policy(), json::read_policy);
    Policy policy;
    policy.agent = AgentId("");
    policy.blacklisted = true;
    policy.account = AccountState::catching_up;
    policy.grace_period = Duration(0);
    policy.fallback_text = "We call you.";
    policy.handoff_tool = "";
    policy.context_labels = {"A", "", "C"};
    policy.sends_max = 0;
    policy.retry_max = Duration(7);
    policy.human_cooldown = kForever;
    keeps(policy, json::read_policy);
    policy.human_cooldown = Duration::max();  // counts as kForever, or nobody could read what was logged
    CHECK(json::read_policy(json::write(policy)).value().human_cooldown == kForever);
    const auto read = json::read_policy(R"({"grace_period_ms":5})");
    REQUIRE(read.has_value());
    Policy wanted;
    wanted.grace_period = Duration(5);
    CHECK(*read == wanted);
    CHECK(read->retry_max == std::chrono::minutes(5));  // a log from before there was one
    CHECK(json::read_policy(R"({"grace_period_ms":-1})").error().detail ==
          "/grace_period_ms is not a number of milliseconds in range");
    CHECK(json::read_policy(R"({"context_labels":{"human":1}})").error().detail ==
          "/context_labels/human is not a text");
    CHECK(json::read_policy(R"({"grace_period":5})").error().detail == "/grace_period is not a field of this form");
  }

  TEST_CASE("json: an outcome points to the rules of this library") {
    Outcome outcome;
    outcome.verdict = Verdict::rejected;
    outcome.reason = Reason::already_held;
    outcome.held_by = UserId("ada");
    outcome.held_since = Instant{0};
    outcome.pending_count = 2;
    outcome.message = 3;
    for (const RuleTable& table : rule_tables()) {
      for (const Rule& rule : table.rows) outcome.rules.push_back(rule.id);
    }
    REQUIRE_FALSE(outcome.rules.empty());
    keeps(outcome, json::read_outcome);
    keeps(Outcome(), json::read_outcome);
    const std::string text = R"({"verdict":"accepted","rules":["18.1/2"]})";
    const auto read = json::read_outcome(text);
    REQUIRE(read.has_value());
    CHECK(read->rules.front().data() == find_rule("18.1/2")->id.data());  // static text, not the text that was read
    CHECK(json::read_outcome(R"({"verdict":"accepted","rules":["18.1/2","9.9/9"]})").error().detail ==
          "/rules/1 is not a rule of these tables");
  }

  TEST_CASE("json: an error names the field and quotes nothing") {
    CHECK(state_error("") == "not JSON from byte 1");
    CHECK(state_error("{\"version\":1") == "not JSON from byte 13");
    CHECK(state_error("{\"version\":1}x") == "not JSON from byte 14");
    CHECK(state_error("[]") == "the document is not an object");
    CHECK(state_error("null") == "the document is not an object");
    CHECK(state_error("{}") == "/version is missing");
    CHECK(state_error(R"({"version":null})") == "/version is not an integer in range");
    CHECK(state_error(R"({"version":-1})") == "/version is not an integer in range");
    CHECK(state_error(R"({"version":1.0})") == "/version is not an integer in range");
    CHECK(state_error(R"({"version":"1"})") == "/version is not an integer in range");
    CHECK(state_error(R"({"version":18446744073709551616})") == "/version is not an integer in range");
    CHECK(state_error(R"({"version":1,"closed":0})") == "/closed is not true or false");
    CHECK(state_error(R"({"version":1,"message_count":4294967296})") == "/message_count is not an integer in range");
    CHECK(state_error(R"({"version":1,"last_step_at_ms":9007199254740992})") ==
          "/last_step_at_ms is not a number of milliseconds in range");
    CHECK(state_error(R"({"version":1,"pending":{}})") == "/pending is not a list");
    CHECK(state_error(R"({"version":1,"pending":[{"number":1},7]})") == "/pending/1 is not an object");
    CHECK(state_error(R"({"version":1,"sends":[{"stage":"secret"}]})") ==
          "/sends/0/stage has a value that does not exist");
    CHECK(state_error(R"({"version":1,"sends":[{"digest":"12"}]})") == "/sends/0/digest is not 16 hexadecimal digits");
    CHECK(state_error(R"({"version":1,"sends":[{"digest":"+123456789abcdef"}]})") ==
          "/sends/0/digest is not 16 hexadecimal digits");
    CHECK(state_error(R"({"version":1,"link":{"answered_digests":["0123456789abcdef",5]}})") ==
          "/link/answered_digests/1 is not a text");
    CHECK(state_error(R"({"version":1,"phase":{}})") == "/phase/type is missing");
    CHECK(state_error(R"({"version":1,"phase":{"type":"none"}})") == "/phase has no known type");
    CHECK(state_error(R"({"version":1,"phase":{"type":"ai","since_ms":1}})") ==
          "/phase/since_ms is not a field of this form");
    CHECK(state_error(R"({"version":1,"unknown":2})") == "/unknown is not a field of this form");
    CHECK(state_error("{\"version\":1,\"phase\":{\"type\":\"\xff\"}}") == "not JSON from byte 31");
    CHECK(state_error(R"({"version":1e999})").find("not JSON") == 0);
  }

  TEST_CASE("json: events from outside are refused with the field that is wrong") {
    CHECK(event_error(R"({"text":"secret"})") == "/type is missing");
    CHECK(event_error(R"({"type":"contact"})") == "the document has no known type");
    CHECK(event_error(R"({"type":7})") == "/type is not a text");
    CHECK(event_error(R"({"type":"contact_message","provider_id":"p"})") == "/provider_time_ms is missing");
    CHECK(event_error(R"({"type":"take_over"})") == "/user is missing");
    CHECK(event_error(R"({"type":"tick","now":1})") == "/now is not a field of this form");
    CHECK(event_error(R"({"type":"link_closed","generation":1,"loss":"gone"})") ==
          "/loss has a value that does not exist");
    CHECK(json::read_effects("{}").error().detail == "the document is not a list");
    CHECK(json::read_effects(R"([{"type":"send_message","message":1,"attempt":1},{"type":"x"}])").error().detail ==
          "/1 has no known type");
  }

  TEST_CASE("json: depth is bounded while reading") {
    for (const std::string& open : {std::string("["), std::string(R"({"a":)")}) {
      std::string deep;
      for (int n = 0; n < 200'000; ++n) deep += open;
      CHECK(state_error(deep) == "nested deeper than 16 levels");
    }
  }

  TEST_CASE("json: a text that is no UTF-8 is written all the same") {
    const Event event = SendText{UserId("ada"), "a\xff\xfe z", false};
    const auto read = json::read_event(json::write(event));
    REQUIRE(read.has_value());
    CHECK(std::get<SendText>(*read).text == "a\xEF\xBF\xBD\xEF\xBF\xBD z");
    CHECK(json::write(*read) == json::write(event));
  }

  TEST_CASE("json: a question about more than is pending is refused") {
    Conversation state;
    state.pending = {{1, {5}}};
    for (const bool queued : {false, true}) {
      AgentWork work;
      work.turn = Turn{2, 0, TurnStage::unasked, std::nullopt};
      if (queued) {
        state.phase = Queued{QueueReason::requested, {1}, std::nullopt, work};
      } else {
        state.phase = AiActive{work, std::nullopt};
      }
      CHECK(state_error(json::write(state)) == "/phase: the turn asks about more than is pending");
    }
  }

  TEST_CASE("json: of a field given twice the last counts") {
    const auto state = json::read_conversation(R"({"version":1,"version":2})");
    REQUIRE(state.has_value());
    CHECK(state->version == 2);
  }
}
