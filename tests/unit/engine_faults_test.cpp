// What the engine does when the store fails, and when what is stored is not what it should be.
#include "engine_world.hpp"

#include <doctest/doctest.h>

#include <sessioncore/engine/replay.hpp>

using namespace sessioncore;
using namespace sessioncore::testing;

namespace {

const UserId kUser("u");

std::function<std::optional<Error>(const ChatId&)> refuse(const std::string& chat, ErrorCode code) {
  return [chat, code](const ChatId& asked) {
    return asked.value == chat ? std::optional(Error{code, "bad"}) : std::nullopt;
  };
}

// Stored with a deadline that its state does not have.
void store_deadline(EngineWorld& world, const ChatId& chat, Instant deadline) {
  const auto stored = world.memory.load(chat).value();
  Commit commit;
  commit.facts = stored->facts;
  commit.state = stored->state;
  commit.expected_version = stored->state.version;
  commit.deadline = deadline;
  commit.needs_recovery = needs_recovery(stored->state);
  commit.decision.at = stored->state.last_step_at;
  commit.decision.policy = world.policies.policy(stored->facts);
  commit.decision.event = Tick{};
  commit.decision.before = commit.decision.after = phase_of(stored->state);
  commit.decision.outcome = step(stored->state, Tick{}, *commit.decision.policy, commit.decision.at).outcome;
  REQUIRE(world.memory.commit({&commit, 1}));
}

bool log_is_proven(EngineWorld& world, const ChatId& chat) {
  Replay replay({});
  for (const Decision& decision : world.memory.decisions(chat, 0, 1000).value()) replay.add(replay.next(), decision);
  return replay.finish(world.memory.load(chat).value()->state, world.memory.all_messages(chat),
                       world.memory.sessions(chat));
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("engine: what was not stored is never handed out, even if somebody else's row has its version") {
    for (const bool refused : {true, false}) {
      EngineWorld world;
      for (const char* id : {"m1", "m2", "m3", "m4"}) REQUIRE(world.run({{facts_of("a"), contact(id)}}));
      StatesBefore sink;
      world.sink = &sink;
      world.ids = 0;  // as those of a host that begins anew after a restart
      world.engine = world.make();
      if (!refused) world.store.fail_next(StoreOperation::commit);
      const auto failed = world.run({{facts_of("b"), contact("n1")},
                                     {facts_of("b"), TakeOver{kUser, false}},
                                     {facts_of("b"), SendText{kUser, "to somebody else", false}}});
      REQUIRE_FALSE(failed);
      CHECK(failed.error().code == (refused ? ErrorCode::conflict : ErrorCode::unavailable));
      REQUIRE(world.engine->run_due());
      CHECK(world.channel.sent.empty());
      CHECK(sink.before.empty());
    }
  }

  TEST_CASE("engine: with what was stored after all, what changed nothing is handed out, too") {
    EngineWorld world;
    StatesBefore sink;
    world.sink = &sink;
    world.engine = world.make();
    REQUIRE(world.run({{facts_of("a"), contact("m1")}}));
    world.store.fail_next(StoreOperation::commit, StoreFault::after);
    const ChatId chat = world.replies[0]->chat;
    CHECK_FALSE(world.run({{chat, contact("m1")}, {chat, TakeOver{kUser, false}}, {chat, TakeOver{kUser, false}}}));
    CHECK(sink.before.size() == 1);
    REQUIRE(world.engine->run_due());
    CHECK(sink.before.size() == 4);
  }

  TEST_CASE("engine: a chat that cannot be read does not keep what was stored with it from being handed out") {
    EngineWorld world;
    REQUIRE(world.run({{facts_of("a"), contact("m1")}, {facts_of("b"), contact("m1")}}));
    world.clock.advance(std::chrono::seconds(180));
    world.store.fail_next(StoreOperation::commit, StoreFault::after);
    CHECK_FALSE(world.engine->run_due());
    SUBCASE("the other one tells") {
      world.chats.at_read = refuse("chat-2", ErrorCode::corrupt);
      REQUIRE(world.engine->run_due());
      CHECK(world.agents.opened.size() == 2);
      CHECK(world.errors.empty());
    }
    SUBCASE("none can be read: it is told of, and everything else goes on") {
      world.chats.at_read = [](const ChatId& chat) {
        return chat.value < "chat-3" ? std::optional(Error{ErrorCode::corrupt, "bad"}) : std::nullopt;
      };
      REQUIRE(world.engine->run_due());
      CHECK(world.agents.opened.empty());
      REQUIRE_FALSE(world.errors.empty());
      CHECK(world.errors[0].code == ErrorCode::corrupt);
      CHECK(world.errors[0].detail == "whether 2 commits were stored cannot be told: chat chat-1: bad");
      REQUIRE(world.run({{facts_of("c"), contact("m1")}}));
      CHECK(world.replies.back()->chat == ChatId("chat-3"));
    }
    SUBCASE("the store cannot be read now: it is asked again") {
      world.chats.at_read = refuse("chat-2", ErrorCode::unavailable);
      CHECK_FALSE(world.engine->run_due());
      world.chats.at_read = {};
      REQUIRE(world.engine->run_due());
      CHECK(world.agents.opened.size() == 2);
    }
  }

  TEST_CASE("engine: news of a chat that could not be stored with its event is no fact") {
    EngineWorld world;
    ChatFacts facts = facts_of("a");
    REQUIRE(world.run({{facts, contact("m1")}}));
    facts.contact_name = "Ayse";
    world.store.fail_next(StoreOperation::find);
    REQUIRE(world.run({{facts, contact("m2")}}));
    CHECK_FALSE(world.replies.at(1));
    REQUIRE(world.run({{facts, contact("m2")}}));
    CHECK(world.memory.load(world.replies[0]->chat).value()->facts.contact_name == "Ayse");
  }

  TEST_CASE("engine: news that come with a tick that has nothing to do are no fact yet") {
    EngineWorld world;
    ChatFacts facts = facts_of("a");
    REQUIRE(world.run({{facts, contact("m1")}}));
    facts.contact_name = "Ayse";
    REQUIRE(world.run({{facts, Tick{}}}));
    REQUIRE(world.run({{facts, contact("m2")}}));
    CHECK(world.memory.load(world.replies[0]->chat).value()->facts.contact_name == "Ayse");
  }

  TEST_CASE("engine: after an event that could not be taken, no later one of its chat and batch is") {
    for (const StoreOperation failing : {StoreOperation::load, StoreOperation::find}) {
      EngineWorld world;
      REQUIRE(world.run({{facts_of("a"), contact("m1")}, {facts_of("b"), contact("m1")}}));
      const ChatId a = world.replies[0]->chat;
      const ChatId b = world.replies[1]->chat;
      world.engine = world.make();
      world.store.fail_next(failing);
      REQUIRE(world.run({{a, contact("m2")}, {b, contact("m2")}, {a, TakeOver{kUser, false}}}));
      REQUIRE_FALSE(world.replies.at(2));
      CHECK(world.replies[3]);
      REQUIRE_FALSE(world.replies.at(4));
      CHECK(world.replies[4].error().code == ErrorCode::unavailable);
      REQUIRE(world.run({{a, contact("m2")}, {a, TakeOver{kUser, false}}}));
      CHECK(world.replies.at(5));
      CHECK(world.replies.at(6));
    }
  }

  TEST_CASE("engine: an event that waits only for the one before it is not refused for its own content") {
    EngineWorld world;
    REQUIRE(world.run({{facts_of("a"), contact("m1")}}));
    world.store.error(ErrorCode::corrupt);
    world.store.fail_next(StoreOperation::find);
    const ChatId chat = world.replies[0]->chat;
    REQUIRE(world.run({{chat, contact("m2")}, {chat, TakeOver{kUser, false}}}));
    CHECK(world.replies.at(1).error().code == ErrorCode::corrupt);
    CHECK(world.replies.at(2).error().code == ErrorCode::unavailable);
  }

  TEST_CASE("engine: a chat that cannot be read holds up no other's recovery, and is told of") {
    EngineWorld world;
    REQUIRE(world.run({{facts_of("a"), contact("m1")}, {facts_of("b"), contact("m1")}}));
    world.clock.advance(std::chrono::seconds(180));
    REQUIRE(world.engine->run_due());
    CHECK(world.agents.opened.size() == 2);
    world.engine = world.make();
    world.chats.at_read = refuse("chat-1", ErrorCode::corrupt);
    CHECK(world.engine->recover().value() == 1);
    REQUIRE(world.errors.size() == 1);
    CHECK(world.errors[0].code == ErrorCode::corrupt);
    CHECK(world.errors[0].detail == "chat chat-1: bad");
    REQUIRE(world.agents.opened.size() == 3);
    CHECK(world.agents.opened[2].chat == ChatId("chat-2"));
    CHECK(world.engine->recover().value() == 0);
    // Nobody is busy with it.
    world.clock.advance(std::chrono::seconds(30));
    while (world.engine->run_due().value() > 0) {
    }
    CHECK(world.errors.size() == 1);
  }

  TEST_CASE("engine: a commit that the store refuses sets no chat's recovery aside") {
    EngineWorld world;
    REQUIRE(world.run({{facts_of("a"), contact("m1")}}));
    world.clock.advance(std::chrono::seconds(180));
    REQUIRE(world.engine->run_due());
    world.engine = world.make();
    world.store.error(ErrorCode::conflict);
    world.store.fail_next(StoreOperation::commit);
    CHECK_FALSE(world.engine->recover());
    CHECK(world.errors.empty());
    CHECK(world.engine->recover().value() == 1);
    CHECK(world.agents.opened.size() == 2);
  }

  TEST_CASE("engine: a stored deadline that the state does not have is put right, and makes nobody busy") {
    EngineWorld world;
    REQUIRE(world.run({{facts_of("a"), contact("m1")}}));
    const ChatId chat = world.replies[0]->chat;
    const auto right = world.memory.deadline(chat);
    store_deadline(world, chat, world.clock.now());
    world.engine = world.make();
    CHECK(world.engine->run_due().value() == 1);
    CHECK(world.engine->run_due().value() == 0);
    CHECK(world.memory.deadline(chat) == right);
    CHECK(world.engine->next_deadline().value() == right);
    CHECK(log_is_proven(world, chat));
    // A tick that somebody else gives early is none of the log's business.
    const auto decisions = world.memory.decisions(chat, 0, 1000).value().size();
    REQUIRE(world.run({{chat, Tick{}}}));
    CHECK(world.memory.decisions(chat, 0, 1000).value().size() == decisions);
  }

  TEST_CASE("engine: a text that will never be read fails its send, and is told of") {
    for (const bool missing : {false, true}) {
      EngineWorld world;
      REQUIRE(world.run({{facts_of("a"), contact("m1")}}));
      const ChatId chat = world.replies[0]->chat;
      REQUIRE(world.run({{chat, TakeOver{kUser, false}}}));
      world.chats.texts_are_lost = missing;
      world.store.error(ErrorCode::corrupt);
      if (!missing) world.store.fail_next(StoreOperation::read);
      REQUIRE(world.run({{chat, SendText{kUser, "hi", false}}}));
      REQUIRE(world.errors.size() == 1);
      CHECK(world.errors[0].code == ErrorCode::corrupt);
      CHECK(world.errors[0].detail.find("chat chat-1: ") == 0);
      REQUIRE(world.engine->run_due());
      CHECK(world.channel.sent.empty());
      CHECK(world.memory.load(chat).value()->state.sends.empty());
      CHECK(world.memory.all_messages(chat).back().delivery == Delivery::failed);
      REQUIRE(world.engine->run_due());
      CHECK(world.errors.size() == 1);
    }
  }

  TEST_CASE("engine: a question that cannot be read is told of, and is left to the time its answer has") {
    for (const bool missing : {false, true}) {
      EngineWorld world;
      REQUIRE(world.run({{facts_of("a"), contact("m1")}}));
      const ChatId chat = world.replies[0]->chat;
      world.clock.advance(std::chrono::minutes(4));
      REQUIRE(world.engine->run_due());
      REQUIRE(world.run({{chat, LinkReady{world.agents.opened.back().generation, "c"}}}));
      world.clock.advance(std::chrono::seconds(1));
      world.chats.texts_are_lost = missing;
      world.store.error(ErrorCode::corrupt);
      if (!missing) world.store.fail_next(StoreOperation::read);
      REQUIRE(world.engine->run_due());
      REQUIRE(world.errors.size() == 1);
      CHECK(world.errors[0].detail.find("chat chat-1: ") == 0);
      world.chats.texts_are_lost = false;
      REQUIRE(world.engine->run_due());
      CHECK(world.agents.asked.empty());
      CHECK(world.errors.size() == 1);
      world.clock.advance(std::chrono::minutes(1));
      while (world.engine->run_due().value() > 0) {
      }
      world.clock.advance(std::chrono::seconds(2));
      while (world.engine->run_due().value() > 0) {
      }
      CHECK(world.agents.opened.size() == 2);
    }
  }

  TEST_CASE("engine: a question that waits for its text is not asked on a link that was closed meanwhile") {
    EngineWorld world;
    REQUIRE(world.run({{facts_of("a"), contact("m1")}}));
    const ChatId chat = world.replies[0]->chat;
    world.clock.advance(std::chrono::minutes(4));
    REQUIRE(world.engine->run_due());
    REQUIRE(world.run({{chat, LinkReady{world.agents.opened.back().generation, "c"}}}));
    world.clock.advance(std::chrono::seconds(1));
    world.store.fail_next(StoreOperation::read);
    REQUIRE(world.engine->run_due());
    CHECK(world.agents.asked.empty());
    world.store.fail_next(StoreOperation::read);
    REQUIRE(world.run({{chat, TakeOver{kUser, false}}}));
    CHECK(world.agents.closed.size() == 1);
    REQUIRE(world.engine->run_due());
    CHECK(world.agents.asked.empty());
  }
}
