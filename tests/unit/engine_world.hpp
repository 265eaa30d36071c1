// An engine in the simplest outside world, for tests of what it does with a store that fails and with the clock.
#pragma once

#include "engine_fakes.hpp"

#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

namespace sessioncore::testing {

struct EngineWorld {
  MemoryStore memory;
  FaultStore store{memory};
  ChatFaults chats{store};
  ManualClock clock;
  RecordingChannel channel;
  RecordingAgents agents;
  FixedPolicy policies;
  std::vector<Result<Reply>> replies;
  std::vector<std::pair<Attempt, std::size_t>> attempts;
  std::vector<Error> errors;
  EventSink* sink = nullptr;
  std::size_t due_max = 256;
  std::size_t quarantine_max = 256;
  int ids = 0;
  std::unique_ptr<Engine> engine = make();

  std::unique_ptr<Engine> make() {
    EngineOptions options;
    options.cache_max = 2;
    options.due_max = due_max;
    options.quarantine_max = quarantine_max;
    options.on_error = [this](const Error& error) { errors.push_back(error); };
    options.new_chat_id = [this] { return ChatId("chat-" + std::to_string(++ids)); };
    options.on_commit = [this](Attempt attempt, std::size_t commits) { attempts.emplace_back(attempt, commits); };
    return std::make_unique<Engine>(EnginePorts{&chats, &channel, &agents, &policies, &clock, sink}, options);
  }
  Result<void> run(std::vector<std::pair<std::variant<ChatId, ChatFacts>, Event>> events) {
    std::vector<Input> inputs;
    for (auto& [chat, event] : events) {
      inputs.push_back({chat, event, [this](const Result<Reply>& reply) { replies.push_back(reply); }});
    }
    return engine->run(inputs);
  }
  // The first chat, whose question the agent has been asked, and the link to it.
  std::pair<ChatId, Generation> asked() {
    REQUIRE(run({{facts_of("a"), contact("m1")}}));
    const ChatId chat = replies[0]->chat;
    clock.advance(std::chrono::minutes(4));
    REQUIRE(engine->run_due());
    const Generation link = agents.opened.back().generation;
    REQUIRE(run({{chat, LinkReady{link, "c"}}}));
    clock.advance(std::chrono::seconds(1));
    REQUIRE(engine->run_due());
    return {chat, link};
  }
  // A chat whose grace period is over, and that the store could not read, once, when the engine that begins tried.
  void overdue_and_unreadable() {
    REQUIRE(run({{facts_of("a"), contact("m1")}}));
    clock.advance(std::chrono::seconds(200));
    engine = make();
    store.error(ErrorCode::corrupt);
    store.fail_next(StoreOperation::load);
    REQUIRE(engine->run_due());
  }
};

// What the sink was told, without the rest of the commit.
struct StatesBefore final : EventSink {
  void committed(const Commit& commit) override { before.push_back(commit.before); }
  std::vector<std::optional<Conversation>> before;
};

}  // namespace sessioncore::testing
