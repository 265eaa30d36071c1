// What `sessiond import` reads: lines, extended JSON, and what becomes of one chat.
#include "import/convert.hpp"
#include "import/fields.hpp"
#include "import/lines.hpp"
#include "iso_time.hpp"
#include "support/old_export.hpp"

#include <filesystem>
#include <fstream>

#include <doctest/doctest.h>

#include <sessioncore/core/step.hpp>

using namespace sessioncore;
using namespace sessioncore::server;
using namespace sessioncore::server::importing;
using e2e::OldExport;
using e2e::Spelling;
using nlohmann::json;

namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr Instant kNow{1'800'000'000'000};
const std::string kChat = e2e::object_id(1, 1);

/// A file with this content, gone with the object.
struct TestFile {
  explicit TestFile(const std::string& content) {
    std::string pattern = (std::filesystem::temp_directory_path() / "sessiond-lines-XXXXXX").string();
    const int file = ::mkstemp(pattern.data());
    REQUIRE(file >= 0);
    ::close(file);
    path = pattern;
    std::ofstream(path, std::ios::binary) << content;
  }
  ~TestFile() { std::filesystem::remove(path); }
  std::string path;
};

std::string problem_of(const std::function<void()>& read) {
  try {
    read();
  } catch (const BadField& bad) {
    return bad.what();
  }
  return "";
}

/// One chat being put together, as an export would tell of it.
struct Story {
  OldExport old{"", Spelling::relaxed};
  json chat = old.chat(kChat, e2e::object_id(9, 1), "prov", kNow - minutes(10));
  std::vector<json> sessions;
  std::vector<json> messages;
  Policy policy;
  std::map<std::string, UserId> users;
  Instant exported_at = kNow - minutes(1);

  json& session(std::uint32_t number, const std::string& status, Instant at) {
    return sessions.emplace_back(old.session(e2e::object_id(2, number), kChat, status, at));
  }
  json& message(std::uint32_t number, std::uint32_t in_session, const std::string& text, Instant at) {
    const json session = in_session == 0 ? json(nullptr) : old.id(e2e::object_id(2, in_session));
    return messages.emplace_back(old.message(e2e::object_id(3, number), kChat, session, text, at));
  }
  void active(std::uint32_t number) { chat["active_session_id"] = old.id(e2e::object_id(2, number)); }
  [[nodiscard]] Converted converted() const {
    OldConversation all;
    std::uint64_t line = 0;
    all.chat = {1, read_chat(chat.dump())};
    for (const auto& item : sessions) all.sessions.push_back({++line, read_session(item.dump())});
    line = 0;
    for (const auto& item : messages) all.messages.push_back({++line, read_message(item.dump())});
    return convert(all, {TenantId("clinic"), policy, users, exported_at, kNow});
  }
};

json by_business(json message, const std::string& name) {
  message["sender"] = "human";
  message["sender_name"] = name;
  message["sent_via_unipile"] = name != "WhatsApp";
  return message;
}

}  // namespace

TEST_CASE("lines: a mark at the start, carriage returns and blank lines are no content") {
  const TestFile file("\xEF\xBB\xBFone\r\n\n  \r\ntwo\nthree");
  Lines lines(file.path);
  std::string line;
  REQUIRE(lines.next(line) == Lines::Found::line);
  CHECK(line == "one\r");
  CHECK(lines.number() == 1);
  REQUIRE(lines.next(line) == Lines::Found::line);
  CHECK(line == "two");
  CHECK(lines.number() == 4);
  REQUIRE(lines.next(line) == Lines::Found::line);
  CHECK(line == "three");
  CHECK(lines.next(line) == Lines::Found::end);
  CHECK(lines.next(line) == Lines::Found::end);
}

TEST_CASE("lines: one that is too long is told and costs only itself") {
  const std::string longest(1000, 'x');
  const TestFile file("a\n" + std::string(700'000, 'x') + "\n" + longest + "\nb");
  Lines lines(file.path, 1000);
  std::string line;
  REQUIRE(lines.next(line) == Lines::Found::line);
  REQUIRE(lines.next(line) == Lines::Found::too_long);
  CHECK(lines.number() == 2);
  CHECK(line.capacity() < 700'000);
  REQUIRE(lines.next(line) == Lines::Found::line);
  CHECK(line == longest);
  REQUIRE(lines.next(line) == Lines::Found::line);
  CHECK(line == "b");
  CHECK_THROWS(Lines(file.path + ".absent"));
}

TEST_CASE("times are read as they are written, and only real ones") {
  for (const std::int64_t ms : {std::int64_t{0}, std::int64_t{1'709'164'800'000}, kNow.ms + 123}) {
    CHECK(parse_iso_time(iso_time({ms}))->ms == ms);
  }
  CHECK(parse_iso_time("2026-05-18T19:44:12Z")->ms == parse_iso_time("2026-05-18T22:44:12.000+03:00")->ms);
  CHECK(parse_iso_time("2026-05-18T19:44:12.5Z")->ms % 1000 == 500);
  CHECK(parse_iso_time("2026-05-18T19:44:12.123456Z")->ms % 1000 == 123);
  CHECK(parse_iso_time("2026-05-18T14:44:12-0500") == parse_iso_time("2026-05-18T19:44:12Z"));
  for (const char* bad : {"", "2026-05-18", "2026-02-30T00:00:00Z", "2026-05-18T24:00:00Z", "2026-05-18T19:44:12",
                          "2026-05-18T19:44:12.Z", "2026-05-18T19:44:12Zx", "2026-05-18 19:44:12Z"}) {
    CHECK_MESSAGE(!parse_iso_time(bad), bad);
  }
}

TEST_CASE("extended JSON in both modes and plain values mean the same") {
  const json same[] = {{{"$oid", "abc"}}, "abc"};
  for (const json& value : same) CHECK(id_in({{"f", value}}, "f") == "abc");
  const json times[] = {{{"$date", {{"$numberLong", "1700000000123"}}}},
                        {{"$date", "2023-11-14T22:13:20.123Z"}},
                        {{"$date", 1'700'000'000'123}},
                        "2023-11-14T22:13:20.123Z",
                        1'700'000'000'123};
  for (const json& value : times) CHECK(time_in({{"f", value}}, "f") == Instant{1'700'000'000'123});
  const json numbers[] = {{{"$numberInt", "7"}}, {{"$numberLong", "7"}}, {{"$numberDouble", "7.0"}}, 7, 7.0};
  for (const json& value : numbers) CHECK(number_in({{"f", value}}, "f") == 7);
  CHECK_FALSE(id_in(json::object(), "f"));
  CHECK_FALSE(time_in({{"f", nullptr}}, "f"));
}

TEST_CASE("a bad value is told with its field and what was expected, and never quoted") {
  CHECK(problem_of([] { (void)id_in({{"f", 7}}, "f"); }) == "f: expected an id");
  CHECK(problem_of([] { (void)id_in({{"f", "a/b"}}, "f"); }) == "f: expected an id");
  CHECK(problem_of([] { (void)text_in({{"f", 7}}, "f"); }) == "f: expected a text");
  CHECK(problem_of([] { (void)flag_in({{"f", "yes"}}, "f"); }) == "f: expected true or false");
  CHECK(problem_of([] { (void)number_in({{"f", {{"$numberInt", "7x"}}}}, "f"); }) == "f: expected a number");
  CHECK(problem_of([] { (void)number_in({{"f", {{"$numberDouble", "NaN"}}}}, "f"); }) == "f: expected a number");
  for (const json& value : {json("yesterday"), json({{"$date", "x"}}), json({{"$date", -1}}), json(true)}) {
    CHECK(problem_of([&] { (void)time_in({{"f", value}}, "f"); }).rfind("f: expected a date", 0) == 0);
  }
  CHECK(problem_of([] { (void)parse_document("[{\"secret\": 1}]"); }).find("--jsonArray") != std::string::npos);
  CHECK(problem_of([] { (void)parse_document("{\"secret\": "); }).find("problem at byte") != std::string::npos);
  CHECK(problem_of([] { (void)parse_document("{\"a\": \"\xFF\"}"); }).find("not UTF-8") != std::string::npos);
  CHECK(problem_of([] { (void)parse_document("7"); }) == "expected a JSON object");
  CHECK(problem_of([] { (void)read_message("{}"); }) == "_id: missing, expected an id");
}

TEST_CASE("a waiting session goes on waiting until its own deadline") {
  Story story;
  story.active(1);
  story.session(1, "waiting", kNow - minutes(2))["grace_deadline"] = story.old.date(kNow - minutes(1));
  story.message(1, 1, "hello", kNow - minutes(2));
  story.message(2, 1, "anybody?", kNow - minutes(1));
  const auto made = story.converted().chat;
  CHECK(phase_of(made.state) == Phase::waiting);
  CHECK(next_deadline(made.state) == kNow - minutes(1));
  REQUIRE(made.state.pending.size() == 2);
  CHECK(made.sessions[0].message_count == 2);
  // It lives: the deadline has passed, so the agent is asked about both.
  story.policy.agent = AgentId("a");
  const Step next = step(made.state, Tick{}, story.policy, kNow);
  CHECK(phase_of(next.next) == Phase::ai);
  REQUIRE(next.effects.size() == 1);
  CHECK(name_of(next.effects[0]) == "open_link");
}

TEST_CASE("in the ai phase only what came after the last business message is unanswered") {
  Story story;
  story.active(1);
  story.session(1, "active", kNow - minutes(9));
  story.message(1, 1, "hello", kNow - minutes(9));
  story.messages.push_back(by_business(
      story.old.message(e2e::object_id(3, 2), kChat, story.old.id(e2e::object_id(2, 1)), "hi", kNow - minutes(8)),
      "AI"));
  story.message(3, 1, "and now?", kNow - minutes(7));
  const auto made = story.converted().chat;
  REQUIRE(phase_of(made.state) == Phase::ai);
  REQUIRE(made.state.pending.size() == 1);
  CHECK(made.state.pending[0].number == 3);
  CHECK(made.messages[1].author == Author::ai);
  CHECK(made.messages[1].delivery == Delivery::sent);
  CHECK(made.messages[0].delivery == Delivery::none);
  CHECK(next_deadline(made.state) == kNow - minutes(7) + seconds(20));
  story.policy.agent = AgentId("a");
  const Step next = step(made.state, Tick{}, story.policy, kNow);
  CHECK(phase_of(next.next) == Phase::ai);
  CHECK(std::get<AiActive>(next.next.phase).work.turn->batch == 1);
}

TEST_CASE("a silence that was over before the export ends the session, a shorter one starts anew") {
  for (const bool over : {false, true}) {
    Story story;
    story.active(1);
    story.session(1, "active", kNow - minutes(80))["taken_over_at"] = story.old.date(kNow - minutes(79));
    story.message(1, 1, "hello", kNow - minutes(over ? 75 : 50));
    story.exported_at = kNow - minutes(40);
    const auto made = story.converted();
    const Conversation& state = made.chat.state;
    CHECK(made.ended_by_silence == over);
    if (over) {
      REQUIRE(phase_of(state) == Phase::resolved);
      CHECK(std::get<Resolved>(state.phase).by == ResolvedBy::timeout);
      CHECK(made.chat.sessions[0].resolved_at == kNow - minutes(45));
      CHECK(state.pending.empty());
    } else {
      REQUIRE(phase_of(state) == Phase::human);
      CHECK_FALSE(std::get<HumanActive>(state.phase).by);
      CHECK(next_deadline(state) == kNow + minutes(30));
    }
  }
}

TEST_CASE("who wrote a message and who holds a session is told by the old names") {
  Story story;
  const std::string known = e2e::object_id(4, 1);
  const std::string unknown = e2e::object_id(4, 2);
  story.users[known] = UserId("manager@clinic.example.com");
  story.active(1);
  json& session = story.session(1, "active", kNow - minutes(9));
  session["taken_over_by"] = story.old.id(unknown);
  session["taken_over_at"] = story.old.date(kNow - minutes(8));
  std::uint32_t number = 0;
  for (const std::string& name : {known, unknown, std::string("WhatsApp"), std::string("AI")}) {
    story.messages.push_back(by_business(
        story.old.message(e2e::object_id(3, ++number), kChat, nullptr, "text " + name, kNow - minutes(7)), name));
  }
  const auto made = story.converted();
  const auto& messages = made.chat.messages;
  CHECK(messages[0].user == UserId("manager@clinic.example.com"));
  CHECK(messages[1].user == UserId(unknown));
  CHECK_FALSE(messages[2].user);
  CHECK(messages[2].author == Author::human);
  CHECK(messages[3].author == Author::ai);
  CHECK(std::get<HumanActive>(made.chat.state.phase).by == UserId(unknown));
  CHECK(made.unknown_users == std::set<std::string>{unknown});
}

TEST_CASE("the older shape becomes a session of its own, and messages since its start belong to it") {
  struct Row {
    const char* mode;
    const char* status;
    Phase phase;
    bool closed;
  };
  for (const Row& row : {Row{"ai", "waiting", Phase::waiting, false}, Row{"ai", "idle", Phase::ai, false},
                         Row{"human", "idle", Phase::human, false}, Row{"human", "resolved", Phase::resolved, false},
                         Row{"closed", "idle", Phase::resolved, true}}) {
    CAPTURE(row.mode);
    CAPTURE(row.status);
    Story story;
    story.chat["mode"] = row.mode;
    story.chat["session_status"] = row.status;
    story.chat["session_started_at"] = story.old.date(kNow - minutes(5));
    story.chat["session_grace_deadline"] = story.old.date(kNow - minutes(2));
    story.chat["elevenlabs_conversation_id"] = "conv_1";
    story.message(1, 0, "long ago", kNow - minutes(9));
    story.message(2, 0, "hello", kNow - minutes(5));
    const auto made = story.converted().chat;
    CHECK(phase_of(made.state) == row.phase);
    CHECK(made.state.closed == row.closed);
    REQUIRE(made.sessions.size() == 1);
    CHECK(made.sessions[0].phase == row.phase);
    CHECK(made.sessions[0].message_count == 1);
    CHECK(made.sessions[0].agent_conversation_id == "conv_1");
    CHECK(made.messages[0].session == 0);
    CHECK(made.messages[1].session == 1);
  }
}

TEST_CASE("a chat that was moved to the newer shape is not moved again") {
  Story story;
  story.active(1);
  story.session(1, "active", kNow - minutes(5));
  story.chat["mode"] = "human";
  story.chat["session_status"] = "waiting";
  story.chat["session_started_at"] = story.old.date(kNow - minutes(50));
  const auto made = story.converted().chat;
  CHECK(made.sessions.size() == 1);
  CHECK(phase_of(made.state) == Phase::ai);
}

TEST_CASE("sessions are numbered by their start, and what was left open is history") {
  Story story;
  story.session(3, "waiting", kNow - minutes(3));
  story.session(1, "resolved", kNow - minutes(90))["resolved_by"] = "human";
  story.session(2, "active", kNow - minutes(40));
  story.active(3);
  story.message(1, 1, "first", kNow - minutes(90));
  const auto made = story.converted();
  REQUIRE(made.chat.sessions.size() == 3);
  CHECK(made.chat.sessions[0].resolved_by == ResolvedBy::human);
  CHECK(made.chat.sessions[1].phase == Phase::resolved);
  CHECK(made.chat.sessions[2].phase == Phase::waiting);
  CHECK(made.chat.state.session.number == 3);
  CHECK(made.session_notes.size() == 1);
  story.active(7);
  const auto lost = story.converted();
  CHECK(phase_of(lost.chat.state) == Phase::resolved);
  CHECK(lost.chat_notes.size() == 1);
}

TEST_CASE("a delivery that was stored twice counts once, another message with its id stays") {
  Story story;
  story.message(1, 0, "hello", kNow - minutes(5))["unipile_message_id"] = "um";
  story.message(2, 0, "hello", kNow - minutes(4))["unipile_message_id"] = "um";
  story.message(3, 0, "other", kNow - minutes(3))["unipile_message_id"] = "um";
  story.message(3, 0, "other", kNow - minutes(3));
  story.message(4, 0, " ", kNow - minutes(2))["unipile_message_id"] = nullptr;
  const auto made = story.converted();
  REQUIRE(made.chat.messages.size() == 3);
  CHECK(made.chat.messages[0].provider_id.value == "um");
  CHECK(made.chat.messages[1].provider_id.empty());
  CHECK(made.chat.messages[2].kind == MessageKind::other);
  CHECK(made.left_messages.size() == 2);
  CHECK(made.message_notes.size() == 1);
}
