/// Conversations in good order, and each way they end, against the stand-in for the service.
#include "elevenlabs_simulator.hpp"
#include "harness.hpp"

#include <algorithm>
#include <string>
#include <thread>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace sessioncore;
using namespace sessioncore::elevenlabs;
using namespace sessioncore::elevenlabs::testing;
using nlohmann::json;
using simulators::ElevenLabsSimulator;

namespace {

struct Stage {
  explicit Stage(const json& sim_options = json::object(), Options changes = unhurried())
      : simulator(config(sim_options)) {
    simulator.start();
    changes.base_url = simulator.base_url();
    changes.api_key = "test-key";
    rig.emplace(std::move(changes));
  }
  static ElevenLabsSimulator::Config config(const json& sim_options) {
    ElevenLabsSimulator::Config config;
    config.api_key = "test-key";
    config.options_json = sim_options.dump();
    return config;
  }
  /// The conversations as the service sees them, once `good` holds for them.
  template <class Condition>
  json seen(Condition good) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (true) {
      auto shown = json::parse(simulator.conversations());
      if (good(shown)) return shown;
      REQUIRE_MESSAGE(std::chrono::steady_clock::now() < deadline, shown.dump(2));
      std::this_thread::sleep_for(5ms);  // poll
    }
  }
  json only_conversation() {
    return seen([](const json& shown) { return shown["conversations"].size() == 1; })["conversations"][0];
  }
  void control(const std::string& target, const json& body) {
    const auto reply = simulator.control("POST", target, body.dump());
    REQUIRE_MESSAGE(reply.status == 200, reply.body);
  }

  ElevenLabsSimulator simulator;
  std::optional<Rig> rig;
};

std::vector<std::string> types_from_client(const json& conversation) {
  std::vector<std::string> types;
  for (const auto& frame : conversation["frames"]) {
    if (frame["from"] == "client") types.push_back(frame["frame"]["type"]);
  }
  return types;
}

}  // namespace

TEST_CASE("a link becomes ready, a question with context is answered") {
  Stage stage(json{{"ping_interval_ms", 0}});
  const auto ready = stage.rig->open_ready("c1");
  CHECK(ready.generation == 1);
  stage.rig->ask("c1", "Open tomorrow?", "Patient: hello");
  const auto reply = stage.rig->events.wait<AgentReplied>("c1");
  CHECK(reply.generation == 1);
  CHECK(reply.text == "Echo: Open tomorrow?");
  CHECK(reply.event_id.has_value());
  const auto seen = stage.only_conversation();
  CHECK(seen["conversation_id"] == ready.conversation_id);
  CHECK(seen["subprotocol"] == "convai");
  CHECK(types_from_client(seen) ==
        std::vector<std::string>{"conversation_initiation_client_data", "contextual_update", "user_message"});
  CHECK(seen["contexts"][0] == json({{"context_id", "history"}, {"text", "Patient: hello"}}));
  CHECK(seen["initiation"]["user_id"] == "c1");
  CHECK_FALSE(seen["initiation"].contains("conversation_config_override"));
  CHECK_FALSE(seen["initiation"].contains("dynamic_variables"));
}

TEST_CASE("a question without context sends none") {
  Stage stage(json{{"ping_interval_ms", 0}});
  stage.rig->open_ready("c1");
  stage.rig->ask("c1", "hello");
  stage.rig->events.wait<AgentReplied>("c1");
  CHECK(types_from_client(stage.only_conversation()) ==
        std::vector<std::string>{"conversation_initiation_client_data", "user_message"});
}

TEST_CASE("overrides and variables are sent when asked for") {
  auto options = unhurried();
  options.text_only_override = true;
  options.first_message_override = "";
  options.language_override = "tr";
  options.send_user_id = false;
  options.send_contact_name = true;
  options.dynamic_variables = {{"branch", "north"}};
  Stage stage(json{{"allow_first_message_override", true}}, options);
  stage.rig->open_ready("c1");
  const auto initiation = stage.only_conversation()["initiation"];
  CHECK(initiation["conversation_config_override"] ==
        json::parse(R"({"conversation":{"text_only":true},"agent":{"first_message":"","language":"tr"}})"));
  CHECK(initiation["dynamic_variables"] == json({{"branch", "north"}, {"contact_name", "Ayse"}}));
  CHECK_FALSE(initiation.contains("user_id"));
}

TEST_CASE("the service's id of the agent may differ from ours") {
  auto options = unhurried();
  options.service_agent_id = [](const AgentId& agent, const ChatFacts& chat) {
    return agent.value == "reception" && chat.id.value == "c1" ? "agent_1" : "nobody";
  };
  Stage stage(json::object(), options);
  stage.rig->open("c1", 1, "reception");
  stage.rig->events.wait<LinkReady>("c1");
  CHECK(stage.only_conversation()["agent_id"] == "agent_1");
}

TEST_CASE("a greeting is reported like any other text") {
  Stage stage(json{{"greeting", true}, {"greeting_text", "Welcome"}});
  stage.rig->open_ready("c1");
  CHECK(stage.rig->events.wait<AgentReplied>("c1").text == "Welcome");
}

TEST_CASE("two replies of one turn are both reported with their event id") {
  Stage stage(json{{"replies", {"one", "two"}}});
  stage.rig->open_ready("c1");
  stage.rig->ask("c1", "hello");
  const auto first = stage.rig->events.wait<AgentReplied>("c1", 0);
  const auto second = stage.rig->events.wait<AgentReplied>("c1", 1);
  CHECK(first.text == "one");
  CHECK(second.text == "two");
  CHECK(first.event_id == second.event_id);
}

TEST_CASE("parts, side events, unknown events and corrections add nothing to the reply") {
  Stage stage(json{{"parts", true},
                   {"side_events", true},
                   {"unknown_events", true},
                   {"corrected", "Ec"},
                   {"empty_first", true},
                   {"event_id_as_string", true}});
  stage.rig->open_ready("c1");
  stage.rig->ask("c1", "hello there");
  CHECK(stage.rig->events.wait<AgentReplied>("c1", 0).text.empty());  // the core ignores it (R19)
  const auto reply = stage.rig->events.wait<AgentReplied>("c1", 1);
  CHECK(reply.text == "Echo: hello there");
  CHECK(reply.event_id.has_value());
  CHECK(stage.rig->events.stays_at("c1", 3));
}

TEST_CASE("pings are answered, also before the metadata") {
  Stage stage(json{{"ping_interval_ms", 20}, {"ping_before_metadata", true}});
  stage.rig->open_ready("c1");
  const auto seen = stage.seen([](const json& shown) { return shown["conversations"][0]["pongs"].get<int>() >= 4; });
  std::vector<std::int64_t> asked;
  std::vector<std::int64_t> answered;
  for (const auto& frame : seen["conversations"][0]["frames"]) {
    const auto& body = frame["frame"];
    if (body["type"] == "ping") asked.push_back(body["ping_event"]["event_id"]);
    if (body["type"] == "pong") answered.push_back(body["event_id"]);
  }
  REQUIRE(answered.size() >= 4);
  REQUIRE(asked.size() >= answered.size());
  asked.resize(answered.size());
  CHECK(asked == answered);
}

TEST_CASE("a tool call is reported and its result goes back as text") {
  Stage stage(json{{"tool_call", "transfer_to_human"}, {"tool_parameters", R"({"reason":"asks"})"}});
  stage.rig->open_ready("c1");
  stage.rig->ask("c1", "a person please");
  const auto call = stage.rig->events.wait<AgentToolCalled>("c1");
  CHECK(call.generation == 1);
  CHECK(call.tool == "transfer_to_human");
  CHECK(json::parse(call.parameters) == json({{"reason", "asks"}}));
  stage.rig->connector->answer_tool(link("c1"), call.call_id, true);
  stage.rig->events.wait<AgentReplied>("c1");
  CHECK(stage.only_conversation()["tool_results"][0] ==
        json({{"tool_call_id", call.call_id}, {"result", "ok"}, {"is_error", false}}));
}

TEST_CASE("a refused tool is answered as an error") {
  Stage stage(json{{"tool_call", "launch"}});
  stage.rig->open_ready("c1");
  stage.rig->ask("c1", "go");
  const auto call = stage.rig->events.wait<AgentToolCalled>("c1");
  stage.rig->connector->answer_tool(link("c1"), call.call_id, false);
  stage.rig->events.wait<AgentReplied>("c1");
  CHECK(stage.only_conversation()["tool_results"][0]["is_error"] == true);
}

TEST_CASE("what is asked while the service queues us is sent when the queue is over") {
  Stage stage(json{{"queue_waiting", true}});
  stage.rig->open_ready("c1");
  // The queue's state follows the metadata in the same breath; the core waits for a greeting meanwhile.
  REQUIRE(stage.rig->log.wait_for("waiting in the service's queue"));
  stage.rig->ask("c1", "hello", "history");
  CHECK(stage.rig->events.stays_at("c1", 1));
  CHECK(stage.only_conversation()["user_messages"].empty());
  stage.control("/sim/queue_done", json::object());
  CHECK(stage.rig->events.wait<AgentReplied>("c1").text == "Echo: hello");
  CHECK(stage.only_conversation()["contexts"].size() == 1);
}

TEST_CASE("a queue that times out is reported as busy") {
  Stage stage(json{{"queue_waiting", true}});
  stage.rig->open_ready("c1");
  stage.control("/sim/event",
                {{"frame", {{"type", "queue_status"}, {"queue_status_event", {{"status", "timed_out"}}}}}});
  CHECK(stage.rig->events.wait<LinkClosed>("c1").loss == LinkLoss::busy);
}

TEST_CASE("the agent's end_call closes the link from our side, cleanly") {
  auto options = unhurried();
  options.last_reply_wait = 100ms;
  Stage stage(json::object(), options);
  stage.rig->open_ready("c1");
  stage.control("/sim/event", {{"frame",
                                {{"type", "agent_tool_response"},
                                 {"agent_tool_response", {{"tool_name", "end_call"}, {"tool_call_id", "t"}}}}}});
  CHECK(stage.rig->events.wait<LinkClosed>("c1").loss == LinkLoss::clean);
  const auto seen = stage.seen([](const json& shown) { return shown["conversations"][0]["open"] == false; });
  CHECK(seen["conversations"][0]["close_code"] == 1000);
  CHECK(seen["conversations"][0]["closed_by"] == "client");
  CHECK(stage.rig->connector->link_count() == 0);
}

TEST_CASE("each close code is reported as what it means") {
  struct Case {
    int code;
    const char* error_type;
    LinkLoss loss;
  };
  const Case cases[] = {{1000, "", LinkLoss::clean},
                        {1000, "max_duration_exceeded", LinkLoss::clean},
                        {1002, "llm_timeout", LinkLoss::failed},
                        {1011, "internal_error", LinkLoss::failed},
                        {1001, "", LinkLoss::failed},
                        {1008, "authorization_error", LinkLoss::refused},
                        {1008, "invalid_message", LinkLoss::refused},
                        {3008, "too_many_conversations", LinkLoss::busy},
                        {4000, "", LinkLoss::failed}};
  Stage stage;
  int n = 0;
  for (const auto& each : cases) {
    const auto& [code, error_type, loss] = each;
    CAPTURE(each.code);
    CAPTURE(each.error_type);
    const auto chat = "c" + std::to_string(n++);
    const auto conversation = stage.rig->open_ready(chat).conversation_id;
    const bool with_event = *error_type != '\0';
    stage.control(
        "/sim/close",
        {{"conversation_id", conversation}, {"code", code}, {"error_type", error_type}, {"error", with_event}});
    const auto closed = stage.rig->events.wait<LinkClosed>(chat);
    CHECK(closed.loss == loss);
    CHECK(closed.generation == 1);
    CHECK(closed.detail.find(std::to_string(code)) != std::string::npos);
    if (with_event) CHECK(closed.detail.find(error_type) != std::string::npos);
  }
}

TEST_CASE("overrides that the agent does not allow are refused") {
  auto options = unhurried();
  options.text_only_override = true;
  Stage stage(json{{"allow_text_only_override", false}}, options);
  stage.rig->open("c1");
  const auto closed = stage.rig->events.wait<LinkClosed>("c1");
  CHECK(closed.loss == LinkLoss::refused);
  CHECK(closed.detail.find("override_error") != std::string::npos);
}

TEST_CASE("a reset connection is a failure, ready or not") {
  Stage stage;
  stage.rig->open_ready("c1");
  stage.control("/sim/reset_connection", json::object());
  CHECK(stage.rig->events.wait<LinkClosed>("c1").loss == LinkLoss::failed);
  stage.simulator.set_options(R"({"connect_reset":true})");
  stage.rig->open("c2");
  CHECK(stage.rig->events.wait<LinkClosed>("c2").loss == LinkLoss::failed);
  CHECK(stage.rig->events.stays_at("c2", 1));
}

TEST_CASE("metadata that never comes is nobody's business here") {
  Stage stage(json{{"no_metadata", true}});
  stage.rig->open("c1");
  stage.seen([](const json& shown) {
    return shown["conversations"].size() == 1 && types_from_client(shown["conversations"][0]).size() == 1;
  });
  CHECK(stage.rig->events.stays_at("c1", 0));
  stage.rig->ask("c1", "too early");
  stage.rig->connector->close(link("c1"));
  stage.seen([](const json& shown) { return shown["conversations"][0]["open"] == false; });
  CHECK(types_from_client(stage.only_conversation()).size() == 1);
  CHECK(stage.rig->events.total() == 0);
}

TEST_CASE("closing says goodbye and reports nothing") {
  auto options = unhurried();
  options.late_reply_wait = 0ms;
  Stage stage(json{{"hold", true}}, options);
  stage.rig->open_ready("c1");
  stage.rig->ask("c1", "hello");
  stage.rig->connector->close(link("c1"));
  stage.rig->connector->close(link("c1"));
  const auto seen = stage.seen([](const json& shown) { return shown["conversations"][0]["open"] == false; });
  CHECK(seen["conversations"][0]["close_code"] == 1000);
  CHECK(seen["conversations"][0]["close_reason"] == "User ended conversation");
  CHECK(seen["conversations"][0]["user_messages"] == json::array({"hello"}));
  CHECK(stage.rig->events.stays_at("c1", 1));
  CHECK(stage.rig->connector->link_count() == 0);
}

TEST_CASE("the reply that is on its way when a link is closed is reported, and then we leave") {
  Stage stage(json{{"hold", true}});
  stage.rig->open_ready("c1");
  stage.rig->ask("c1", "hello");
  stage.seen([](const json& shown) { return shown["conversations"][0]["held"] == 1; });
  stage.rig->connector->close(link("c1"));
  CHECK(stage.rig->events.stays_at("c1", 1));
  stage.control("/sim/release_reply", json{{"text", "late"}});
  CHECK(stage.rig->events.wait<AgentReplied>("c1").text == "late");
  stage.seen([](const json& shown) { return shown["conversations"][0]["open"] == false; });
  CHECK(stage.rig->events.stays_at("c1", 2));
  CHECK(stage.rig->connector->link_count() == 0);
}

TEST_CASE("a late reply is not waited for without end") {
  auto options = unhurried();
  options.late_reply_wait = 50ms;
  Stage stage(json{{"hold", true}}, options);
  stage.rig->open_ready("c1");
  stage.rig->ask("c1", "hello");
  stage.rig->connector->close(link("c1"));
  stage.seen([](const json& shown) { return shown["conversations"][0]["open"] == false; });
  CHECK(stage.rig->events.stays_at("c1", 1));
}

TEST_CASE("an open link is not opened again, another generation is another link") {
  Stage stage;
  stage.rig->open_ready("c1");
  stage.rig->open("c1");
  stage.rig->open("c1", 2);
  CHECK(stage.rig->events.wait<LinkReady>("c1", 1).generation == 2);
  CHECK(stage.rig->connector->link_count() == 2);
  stage.rig->connector->close(link("c1", 1));
  stage.rig->connector->ask(link("c1", 2), "", "still there?");
  CHECK(stage.rig->events.wait<AgentReplied>("c1").generation == 2);
  CHECK(json::parse(stage.simulator.conversations())["conversations"].size() == 2);
}

TEST_CASE("an idle link tells that the contact is still there") {
  auto options = unhurried();
  options.activity_interval = 50ms;
  Stage stage(json{{"pong_counts_as_input", false}, {"ping_interval_ms", 50}}, options);
  stage.rig->open_ready("c1");
  const auto is_activity = [](const json& frame) { return frame["frame"]["type"] == "user_activity"; };
  const auto all = stage.seen([&](const json& shown) {
    const auto& frames = shown["conversations"][0]["frames"];
    return std::count_if(frames.begin(), frames.end(), is_activity) >= 40;
  });
  const auto& seen = all["conversations"][0];
  CHECK(seen["open"] == true);
  // The service would end the conversation so long after its last input.
  const auto last = std::find_if(seen["frames"].rbegin(), seen["frames"].rend(), is_activity);
  CHECK(seen["last_input_at_ms"] >= (*last)["at_ms"]);
}

TEST_CASE("the log holds neither texts nor secrets nor the signed URL") {
  Stage stage(json{{"replies", {"a secret reply"}}});
  stage.rig->open_ready("c1");
  stage.rig->ask("c1", "a secret question", "a secret history");
  stage.rig->events.wait<AgentReplied>("c1");
  stage.control("/sim/close", {{"code", 1011}});
  stage.rig->events.wait<LinkClosed>("c1");
  const auto text = stage.rig->log.text();
  CHECK(text.find("chat c1 link 1: ready") != std::string::npos);
  for (const auto* secret : {"secret", "test-key", "ws://", "signature", "cvtkn"}) {
    CAPTURE(secret);
    CHECK(text.find(secret) == std::string::npos);
  }
}
