/// Many links at once, and the end of everything.
#include "elevenlabs_simulator.hpp"
#include "fake_service.hpp"
#include "harness.hpp"
#include "tcp_stub.hpp"

#include <atomic>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

using namespace sessioncore;
using namespace sessioncore::elevenlabs;
using namespace sessioncore::elevenlabs::testing;
using simulators::ElevenLabsSimulator;

TEST_CASE("a hundred links from four threads, each with its own answer") {
  ElevenLabsSimulator simulator({});
  simulator.start();
  Rig rig(options_for(simulator.base_url()));
  constexpr int kLinks = 100;
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 4; ++caller) {
    callers.emplace_back([&rig, caller] {
      for (int i = caller; i < kLinks; i += 4) rig.open("c" + std::to_string(i));
    });
  }
  for (auto& caller : callers) caller.join();
  for (int i = 0; i < kLinks; ++i) rig.events.wait<LinkReady>("c" + std::to_string(i));
  CHECK(rig.connector->link_count() == kLinks);
  callers.clear();
  for (int caller = 0; caller < 4; ++caller) {
    callers.emplace_back([&rig, caller] {
      for (int i = caller; i < kLinks; i += 4) rig.ask("c" + std::to_string(i), "I am " + std::to_string(i), "history");
    });
  }
  for (auto& caller : callers) caller.join();
  for (int i = 0; i < kLinks; ++i) {
    CHECK(rig.events.wait<AgentReplied>("c" + std::to_string(i)).text == "Echo: I am " + std::to_string(i));
  }
  for (int i = 0; i < kLinks; i += 2) rig.connector->close(link("c" + std::to_string(i)));
  simulator.control("POST", "/sim/reset_connection");
  for (int i = 1; i < kLinks; i += 2) rig.events.wait<LinkClosed>("c" + std::to_string(i));
  CHECK(rig.connector->link_count() == 0);
}

TEST_CASE("shutting down says goodbye on every link and reports nothing") {
  FakeService service({});
  auto options = options_for(service.base_url());
  options.shutdown_timeout = kNever;  // the answers to the goodbyes end it
  Rig rig(options);
  for (int i = 0; i < 20; ++i) rig.open("c" + std::to_string(i));
  for (int i = 0; i < 20; ++i) rig.events.wait<LinkReady>("c" + std::to_string(i));
  const auto before = std::chrono::steady_clock::now();
  rig.connector->shutdown();
  rig.connector->shutdown();
  CHECK(std::chrono::steady_clock::now() - before < kPatience);
  REQUIRE(service.saw_closes(20));
  for (const int code : service.closes()) CHECK(code == 1000);
  CHECK(rig.events.total() == 20);
  CHECK(rig.connector->link_count() == 0);
}

TEST_CASE("after a shutdown every call does nothing") {
  FakeService service({});
  Rig rig(options_for(service.base_url()));
  rig.open_ready("c1");
  rig.connector->shutdown();
  rig.open("c2");
  rig.ask("c1", "hello");
  rig.connector->answer_tool(link("c1"), "t", true);
  rig.connector->close(link("c1"));
  CHECK(rig.events.stays_at("c2", 0));
  CHECK(service.requests().size() == 2);
}

TEST_CASE("shutting down does not wait for a request without an answer") {
  FakePlan plan;
  plan.never_answers_http = true;
  FakeService service(plan);
  Rig rig(options_for(service.base_url()));
  for (int i = 0; i < 10; ++i) rig.open("c" + std::to_string(i));
  REQUIRE(service.saw_requests(4));
  const auto before = std::chrono::steady_clock::now();
  rig.connector->shutdown();
  CHECK(std::chrono::steady_clock::now() - before < kPatience);
  CHECK(rig.events.total() == 0);
}

TEST_CASE("shutting down does not wait long for a service that does not answer a close") {
  FakePlan plan;
  plan.deaf = true;
  FakeService service(plan);
  auto options = options_for(service.base_url());
  options.shutdown_timeout = 100ms;
  Rig rig(options);
  for (const auto* chat : {"c1", "c2", "c3"}) rig.open_ready(chat);
  REQUIRE(service.saw_frames(3));  // the last that it reads
  const auto before = std::chrono::steady_clock::now();
  rig.connector->shutdown();
  CHECK(std::chrono::steady_clock::now() - before < kPatience);
  CHECK(service.closes().empty());
  CHECK(rig.events.total() == 3);
}

TEST_CASE("shutdown from several threads at once is one shutdown") {
  FakeService service({});
  Rig rig(options_for(service.base_url()));
  rig.open_ready("c1");
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i) callers.emplace_back([&rig] { rig.connector->shutdown(); });
  for (auto& caller : callers) caller.join();
  REQUIRE(service.saw_closes(1));
}

TEST_CASE("a listener that throws loses its event and nothing else") {
  FakeService service({});
  std::atomic<int> heard{0};
  Log log;
  auto options = options_for(service.base_url());
  options.log = [&log](LogLevel, const std::string& line) { log.add(line); };
  auto made = ElevenLabsConnector::create(options, [&heard](const ChatId&, const Event&) {
    ++heard;
    throw std::runtime_error("the listener is broken");
  });
  REQUIRE(made.has_value());
  (*made)->open(link("c1"), AgentId("agent_1"), facts("c1"));
  REQUIRE(service.saw_frames(1));
  service.send(R"({"type":"ping","ping_event":{"event_id":1}})");
  REQUIRE(service.saw_frames(2));
  CHECK(heard == 1);
  CHECK(log.text().find("contained an exception: the listener is broken") != std::string::npos);
}
