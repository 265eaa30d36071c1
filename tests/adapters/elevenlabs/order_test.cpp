/// The order of what is read and written on a link: greetings that cross the first question, and last texts that come
/// around the agent's `end_call`.
#include "fake_service.hpp"
#include "harness.hpp"

#include <future>
#include <string>

#include <doctest/doctest.h>

using namespace sessioncore;
using namespace sessioncore::elevenlabs;
using namespace sessioncore::elevenlabs::testing;

namespace {

constexpr const char* kEndCall =
    R"({"type":"agent_tool_response","agent_tool_response":{"tool_name":"end_call","tool_call_id":"t"}})";

std::string text_frame(int event_id, const std::string& text) {
  return R"({"type":"agent_response","agent_response_event":{"event_id":)" + std::to_string(event_id) +
         R"(,"agent_response":")" + text + R"("}})";
}

std::string queue_frame(const std::string& status) {
  return R"({"type":"queue_status","queue_status_event":{"status":")" + status + R"("}})";
}

/// Waits far longer for a last text than any test takes, unless told otherwise.
Options patient(const FakeService& service, std::chrono::milliseconds last_reply_wait = kNever) {
  auto options = options_for(service.base_url());
  options.last_reply_wait = last_reply_wait;
  return options;
}

}  // namespace

TEST_CASE("a greeting read before the question is written says so, although it was asked by then") {
  FakeService service({});
  Events events;
  std::promise<void> reading;
  std::promise<void> asked;
  auto go_on = asked.get_future().share();
  const auto post = [&, record = events.post()](const ChatId& chat, Event event) {
    const auto* reply = std::get_if<AgentReplied>(&event);
    if (reply != nullptr && reply->text == "Welcome") {
      // The adapter has read it; the engine hears of it only after it has asked.
      reading.set_value();
      go_on.wait_for(kPatience);
    }
    record(chat, std::move(event));
  };
  const auto connector = std::move(*ElevenLabsConnector::create(options_for(service.base_url()), post));
  connector->open(link("c1"), AgentId("agent_1"), facts("c1"));
  events.wait<LinkReady>("c1");
  service.send(text_frame(1, "Welcome"));
  REQUIRE(reading.get_future().wait_for(kPatience) == std::future_status::ready);
  connector->ask(link("c1"), "", "hello");
  CHECK_FALSE(events.find<AgentReplied>("c1", 0, 0ms).has_value());
  asked.set_value();
  const auto greeting = events.wait<AgentReplied>("c1", 0);
  CHECK(greeting.text == "Welcome");
  CHECK(greeting.questions == 0);
  REQUIRE(service.saw_frames(2));
  service.send(text_frame(2, "the answer"));
  const auto answer = events.wait<AgentReplied>("c1", 1);
  CHECK(answer.text == "the answer");
  CHECK(answer.questions == 1);
  connector->shutdown();
}

TEST_CASE("a question that waits in the service's queue is not written yet") {
  FakeService service({});
  Rig rig(options_for(service.base_url()));
  rig.open_ready("c1");
  service.send(queue_frame("waiting"));
  service.send(text_frame(1, "Please hold the line"));
  CHECK(rig.events.wait<AgentReplied>("c1", 0).questions == 0);
  rig.ask("c1", "hello");
  service.send(text_frame(2, "Welcome"));
  CHECK(rig.events.wait<AgentReplied>("c1", 1).questions == 0);
  service.send(queue_frame("done"));
  REQUIRE(service.saw_frames(2));
  service.send(text_frame(3, "the answer"));
  CHECK(rig.events.wait<AgentReplied>("c1", 2).questions == 1);
}

TEST_CASE("a greeting is not the late answer that is listened for after a close") {
  FakeService service({});
  Rig rig(options_for(service.base_url()));
  rig.open_ready("c1");
  service.send(queue_frame("waiting"));
  service.send(text_frame(1, "Please hold the line"));
  rig.events.wait<AgentReplied>("c1", 0);
  rig.ask("c1", "hello");
  rig.connector->close(link("c1"));
  service.send(text_frame(2, "Welcome"));
  CHECK(rig.events.wait<AgentReplied>("c1", 1).questions == 0);
  CHECK(rig.events.stays_at("c1", 3));
  CHECK(rig.connector->link_count() == 1);
}

TEST_CASE("a last text before end_call is reported, and then the end") {
  FakeService service({});
  Rig rig(patient(service, 100ms));
  rig.open_ready("c1");
  rig.ask("c1", "bye");
  service.send(text_frame(1, "Goodbye"));
  service.send(kEndCall);
  CHECK(rig.events.wait<AgentReplied>("c1").text == "Goodbye");
  const auto closed = rig.events.wait<LinkClosed>("c1");
  CHECK(closed.loss == LinkLoss::clean);
  CHECK(closed.detail == "the agent ended the conversation");
  REQUIRE(service.saw_closes(1));
  CHECK(service.closes().front() == 1000);
}

TEST_CASE("a last text after end_call is reported, and then the end") {
  FakeService service({});
  Rig rig(patient(service));
  rig.open_ready("c1");
  rig.ask("c1", "bye");
  REQUIRE(service.saw_frames(2));
  service.send(kEndCall);
  service.send(kEndCall);
  service.send(text_frame(1, "Goodbye"));
  service.send(text_frame(1, "and thank you"));
  CHECK(rig.events.wait<AgentReplied>("c1", 0).text == "Goodbye");
  CHECK(rig.events.wait<AgentReplied>("c1", 1).text == "and thank you");
  CHECK(rig.connector->link_count() == 1);
  service.close(1000, "bye");
  CHECK(rig.events.wait<LinkClosed>("c1").loss == LinkLoss::clean);
  CHECK(rig.events.stays_at("c1", 4));
}

TEST_CASE("without a last text the link ends after the wait, or with the connection, cleanly") {
  FakeService service({});
  Rig waiting(patient(service, 100ms));
  waiting.open_ready("c1");
  service.send(kEndCall);
  CHECK(waiting.events.wait<LinkClosed>("c1").loss == LinkLoss::clean);
  CHECK(waiting.connector->link_count() == 0);

  Rig cut(patient(service));
  cut.open_ready("c1");
  REQUIRE(service.saw_frames(2));  // or the end would be a reset, for what was not read
  service.send(kEndCall);
  service.cut();
  CHECK(cut.events.wait<LinkClosed>("c1").loss == LinkLoss::clean);

  Rig at_once(patient(service, 0ms));
  at_once.open_ready("c1");
  service.send(kEndCall);
  CHECK(at_once.events.wait<LinkClosed>("c1").loss == LinkLoss::clean);
}

TEST_CASE("a question after end_call ends the link at once: nobody would answer it") {
  FakeService service({});
  Rig rig(patient(service));
  rig.open_ready("c1");
  service.send(kEndCall);
  service.send(text_frame(1, "Goodbye"));
  rig.events.wait<AgentReplied>("c1");
  rig.ask("c1", "one more thing");
  CHECK(rig.events.wait<LinkClosed>("c1").loss == LinkLoss::clean);
  REQUIRE(service.saw_closes(1));  // and with it all that came before
  CHECK(service.frames().size() == 1);
}
