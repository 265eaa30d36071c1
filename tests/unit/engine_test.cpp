#include "duties_throw.hpp"
#include "engine_world.hpp"

#include <algorithm>
#include <stdexcept>

#include <doctest/doctest.h>

using namespace sessioncore;
using namespace sessioncore::testing;
using test_support::DutiesThrow;

namespace {

struct NoPolicy final : PolicySource {
  std::shared_ptr<const Policy> policy(const ChatFacts&) override { return nullptr; }
};

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("engine: a message of an unknown contact opens a chat, a receipt does not") {
    EngineWorld world;
    REQUIRE(world.run({{facts_of("a"), DeliveryReport{ProviderMessageId("x"), {}, {}, {}}}}));
    REQUIRE_FALSE(world.replies.at(0).has_value());
    CHECK(world.replies[0].error().code == ErrorCode::not_found);
    REQUIRE(world.run({{facts_of("a"), contact("m1")}}));
    REQUIRE(world.replies.at(1).has_value());
    CHECK(world.replies[1]->phase == Phase::waiting);
    CHECK(world.memory.chats().size() == 1);
  }

  TEST_CASE("engine: the same message twice in one batch counts once") {
    EngineWorld world;
    REQUIRE(
        world.run({{facts_of("a"), contact("m1")}, {facts_of("a"), contact("m1")}, {facts_of("b"), contact("m1")}}));
    CHECK(world.replies[0]->outcome.verdict == Verdict::accepted);
    CHECK(world.replies[1]->outcome.reason == Reason::duplicate);
    CHECK(world.replies[2]->outcome.verdict == Verdict::accepted);
    CHECK(world.memory.all_messages(world.replies[0]->chat).size() == 1);
  }

  TEST_CASE("engine: a receipt never lowers the delivery that an earlier one of its batch has raised") {
    const auto receipt = [](ReportedDelivery what) {
      return DeliveryReport{ProviderMessageId("p1"), what, std::nullopt, Delivery::none};
    };
    SelfMessage by_phone;
    by_phone.provider_id = ProviderMessageId("p1");
    by_phone.text = "On my way";
    for (const bool same_batch : {false, true}) {
      EngineWorld world;
      REQUIRE(world.run({{facts_of("a"), contact("m1")}}));
      const ChatId chat = world.replies[0]->chat;
      const std::pair<std::variant<ChatId, ChatFacts>, Event> read{chat, receipt(ReportedDelivery::read)};
      const std::pair<std::variant<ChatId, ChatFacts>, Event> delivered{chat, receipt(ReportedDelivery::delivered)};
      if (same_batch) {
        REQUIRE(world.run({{chat, by_phone}, read, delivered}));
      } else {
        REQUIRE(world.run({{chat, by_phone}}));
        REQUIRE(world.run({read, delivered}));
      }
      CHECK(world.replies.at(2)->outcome.verdict == Verdict::accepted);
      CHECK(world.replies.at(3)->outcome.verdict == Verdict::ignored);
      CHECK(world.memory.all_messages(chat).back().delivery == Delivery::read);
    }
  }

  TEST_CASE("engine: a commit that fails answers every caller with the error and leaves nothing") {
    EngineWorld world;
    world.store.fail_next(StoreOperation::commit);
    CHECK_FALSE(world.run({{facts_of("a"), contact("m1")}, {facts_of("b"), contact("m2")}}));
    REQUIRE(world.replies.size() == 2);
    CHECK(world.replies[0].error().code == ErrorCode::unavailable);
    CHECK(world.replies[1].error().code == ErrorCode::unavailable);
    CHECK(world.memory.chats().empty());
    REQUIRE(world.run({{facts_of("a"), contact("m1")}}));
    CHECK(world.replies[2]->outcome.verdict == Verdict::accepted);
  }

  TEST_CASE("engine: what was stored although the store said otherwise is handed out after all") {
    EngineWorld world;
    REQUIRE(world.run({{facts_of("a"), contact("m1")}}));
    const ChatId chat = world.replies[0]->chat;
    world.clock.advance(std::chrono::seconds(180));
    world.store.fail_next(StoreOperation::commit, StoreFault::after);
    CHECK_FALSE(world.engine->run_due());
    CHECK(world.agents.opened.empty());
    REQUIRE(world.engine->run_due());
    REQUIRE(world.agents.opened.size() == 1);
    CHECK(world.agents.opened[0] == LinkId{chat, 1});
  }

  TEST_CASE("engine: effects that need a text wait until the store can be read") {
    EngineWorld world;
    REQUIRE(world.run({{facts_of("a"), contact("m1")}}));
    const ChatId chat = world.replies[0]->chat;
    REQUIRE(world.run({{chat, TakeOver{UserId("u"), false}}}));
    world.store.fail_next(StoreOperation::read);
    REQUIRE(world.run({{chat, SendText{UserId("u"), "hi", false}}}));
    CHECK(world.channel.sent.empty());
    REQUIRE(world.engine->next_deadline());
    CHECK(**world.engine->next_deadline() <= world.clock.now() + std::chrono::seconds(1));
    REQUIRE(world.engine->run_due());
    REQUIRE(world.channel.sent.size() == 1);
    CHECK(world.channel.sent[0].second == "hi");
  }

  TEST_CASE("engine: a send that waits for its text is withdrawn when it is recalled, and never handed over") {
    EngineWorld world;
    REQUIRE(world.run({{facts_of("a"), contact("m1")}}));
    const ChatId chat = world.replies[0]->chat;
    REQUIRE(world.run({{chat, TakeOver{UserId("u"), false}}}));
    REQUIRE(world.run({{chat, Release{UserId("u"), true}}}));
    REQUIRE(world.run({{chat, LinkReady{world.agents.opened.back().generation, "c"}}}));
    world.clock.advance(std::chrono::seconds(1));
    REQUIRE(world.engine->run_due());
    REQUIRE(world.agents.asked.size() == 1);
    world.store.fail_next(StoreOperation::read, StoreFault::before, 2);
    REQUIRE(world.run({{chat, AgentReplied{world.agents.opened.back().generation, 1, "answer"}}}));
    REQUIRE(world.run({{chat, TakeOver{UserId("u"), false}}}));
    CHECK(world.channel.sent.empty());
    CHECK(world.channel.recalled.empty());  // it never had it
    REQUIRE(world.engine->next_deadline());
    CHECK(**world.engine->next_deadline() <= world.clock.now() + std::chrono::seconds(1));
    world.store.fail_next(StoreOperation::commit);
    CHECK_FALSE(world.engine->run_due());
    REQUIRE(world.engine->run_due());
    CHECK(world.channel.sent.empty());
    const auto stored = world.memory.load(chat);
    CHECK((*stored)->state.sends.empty());
    CHECK(world.memory.all_messages(chat).back().delivery == Delivery::suppressed);

    REQUIRE(world.run({{chat, Release{UserId("u"), true}}}));
    REQUIRE(world.run({{chat, LinkReady{world.agents.opened.back().generation, "c"}}}));
    world.clock.advance(std::chrono::seconds(1));
    REQUIRE(world.engine->run_due());
    REQUIRE(world.run({{chat, AgentReplied{world.agents.opened.back().generation, 1, "again"}}}));
    REQUIRE(world.channel.sent.size() == 1);
    REQUIRE(world.run({{chat, TakeOver{UserId("u"), false}}}));
    CHECK(world.channel.recalled == std::vector<MessageNumber>{world.channel.sent[0].first});
  }

  TEST_CASE("engine: what a takeover in the same batch takes back never reaches the channel") {
    EngineWorld world;
    const auto [chat, link] = world.asked();
    REQUIRE(world.run({{chat, AgentReplied{link, 1, "answer"}}, {chat, TakeOver{UserId("u"), false}}}));
    CHECK(world.channel.sent.empty());
    CHECK(world.channel.recalled.empty());
    REQUIRE(world.engine->run_due());
    CHECK(world.memory.all_messages(chat).back().delivery == Delivery::suppressed);
  }

  TEST_CASE("engine: a withdrawal that could not be stored because of its chat alone is reported again") {
    EngineWorld world;
    const auto [chat, link] = world.asked();
    REQUIRE(world.run({{chat, AgentReplied{link, 1, "answer"}}, {chat, TakeOver{UserId("u"), false}}}));
    // Two others push it out of the cache.
    REQUIRE(world.run({{facts_of("b"), contact("m1")}, {facts_of("c"), contact("m1")}}));
    world.store.fail_next(StoreOperation::load);
    REQUIRE(world.engine->run_due());
    CHECK(world.memory.load(chat).value()->state.sends.size() == 1);
    CHECK(world.errors.size() == 1);
    REQUIRE(world.engine->next_deadline());
    CHECK(**world.engine->next_deadline() <= world.clock.now() + std::chrono::seconds(1));
    world.clock.advance(std::chrono::seconds(1));
    REQUIRE(world.engine->run_due());
    CHECK(world.memory.load(chat).value()->state.sends.empty());
    CHECK(world.memory.all_messages(chat).back().delivery == Delivery::suppressed);
    CHECK(world.channel.sent.empty());
  }

  TEST_CASE("engine: a chat that cannot be read holds up no other, and is tried again after a while") {
    for (const auto& [code, pause] : {std::pair(ErrorCode::unavailable, std::chrono::seconds(1)),
                                      std::pair(ErrorCode::corrupt, std::chrono::seconds(60))}) {
      EngineWorld world;
      REQUIRE(world.run({{facts_of("a"), contact("m1")}}));
      world.clock.advance(std::chrono::seconds(1));
      REQUIRE(world.run({{facts_of("b"), contact("m2")}}));
      world.clock.advance(std::chrono::seconds(200));
      const ChatId broken("chat-1");
      world.due_max = 1;
      world.engine = world.make();
      world.chats.at_read = [&broken, code = code](const ChatId& chat) {
        return chat == broken ? std::optional(Error{code, "bad"}) : std::nullopt;
      };
      CHECK(world.engine->run_due().value() == 1);
      CHECK(world.agents.opened.empty());
      REQUIRE(world.errors.size() == 1);
      CHECK(world.errors[0].code == code);
      CHECK(world.errors[0].detail == "chat chat-1: bad");
      CHECK(world.engine->run_due().value() == 1);
      REQUIRE(world.agents.opened.size() == 1);
      CHECK(world.agents.opened[0].chat == ChatId("chat-2"));

      // What waits makes nobody busy.
      CHECK(world.engine->run_due().value() == 0);
      CHECK(**world.engine->next_deadline() > world.clock.now());
      const int scans = world.chats.scans;
      CHECK(world.engine->run_due().value() == 0);
      CHECK(world.chats.scans == scans);

      world.clock.advance(pause - Duration(1));
      REQUIRE(world.engine->run_due());
      CHECK(world.errors.size() == 1);
      world.clock.advance(Duration(200));
      while (world.engine->run_due().value() > 0) {
      }
      CHECK(world.errors.size() == 2);
      const auto opened = [&] {
        return std::count_if(world.agents.opened.begin(), world.agents.opened.end(),
                             [&](const LinkId& link) { return link.chat == broken; });
      };
      CHECK(opened() == 0);
      world.chats.at_read = {};
      world.clock.advance(pause + Duration(200));
      while (world.engine->run_due().value() > 0) {
      }
      CHECK(opened() == 1);
    }
  }

  TEST_CASE("engine: a chat that could not be read is tried again when the clock has gone back") {
    EngineWorld world;
    world.overdue_and_unreadable();
    CHECK(world.agents.opened.empty());
    world.clock.set(world.clock.now() - std::chrono::seconds(10));
    REQUIRE(world.engine->run_due());
    CHECK(world.agents.opened.size() == 1);
  }

  TEST_CASE("engine: a chat that could be read again for another reason waits no longer") {
    EngineWorld world;
    world.overdue_and_unreadable();
    REQUIRE(
        world.run({{ChatId("chat-1"), TakeOver{UserId("u"), false}}, {ChatId("chat-1"), Release{UserId("u"), true}}}));
    const auto deadline = world.engine->next_deadline();
    REQUIRE(deadline);
    REQUIRE(deadline->has_value());
    world.clock.set(**deadline);
    CHECK(world.engine->run_due().value() == 1);
  }

  TEST_CASE("engine: too many chats that cannot be read are a failure of the store, and the others go on") {
    EngineWorld world;
    for (const char* name : {"a", "b", "c", "d"}) REQUIRE(world.run({{facts_of(name), contact("m1")}}));
    world.clock.advance(std::chrono::seconds(200));
    world.due_max = 2;
    world.quarantine_max = 1;
    world.engine = world.make();
    world.chats.at_read = [](const ChatId& chat) {
      return chat == ChatId("chat-1") || chat == ChatId("chat-2") ? std::optional(Error{ErrorCode::corrupt, "bad"})
                                                                  : std::nullopt;
    };
    const auto failed = world.engine->run_due();
    REQUIRE_FALSE(failed);
    CHECK(failed.error().code == ErrorCode::corrupt);
    CHECK(failed.error().detail == "chat chat-1 and 1 more: bad");
    for (int round = 0; round < 4; ++round) (void)world.engine->run_due();
    CHECK(world.agents.opened.size() == 2);
  }

  TEST_CASE("engine: a restart finds deadlines and unfinished turns in the store") {
    EngineWorld world;
    REQUIRE(world.run({{facts_of("a"), contact("m1", "one")}, {facts_of("b"), contact("m2", "two")}}));
    const ChatId chat = world.replies[0]->chat;
    world.clock.advance(std::chrono::seconds(180));
    REQUIRE(world.engine->run_due());
    CHECK(world.agents.opened.size() == 2);
    world.engine = world.make();
    const auto recovered = world.engine->recover();
    REQUIRE(recovered);
    CHECK(*recovered == 2);
    CHECK(world.agents.opened.size() == 4);
    REQUIRE(world.run({{chat, LinkReady{2, "c"}}}));
    world.clock.advance(std::chrono::seconds(1));
    REQUIRE(world.engine->run_due());
    REQUIRE(world.agents.asked.size() == 1);
    CHECK(world.agents.asked[0] == "one");
  }

  TEST_CASE("engine: the agent is told the history, and asked, in the order in which messages were written") {
    EngineWorld world;
    world.policies.policy_.context_messages = 3;
    world.clock.set({100'000});
    const auto at = [](auto message, std::int64_t second) {
      message.provider_time = {second * 1000};
      return message;
    };
    const auto by_phone = [&](const char* id, const char* text, std::int64_t second) {
      SelfMessage message;
      message.provider_id = ProviderMessageId(id);
      message.text = text;
      return at(message, second);
    };
    REQUIRE(world.run({{facts_of("a"), at(contact("m1", "one"), 60)}}));
    const ChatId chat = world.memory.chats().at(0);
    REQUIRE(world.run({{chat, TakeOver{UserId("u"), false}},
                       {chat, by_phone("m2", "two", 65)},
                       {chat, by_phone("m4", "four", 75)},
                       {chat, by_phone("m3", "three", 70)},
                       {chat, at(contact("m6", "six"), 90)},
                       {chat, at(contact("m5", "five"), 80)},
                       {chat, Release{UserId("u"), true}}}));
    REQUIRE(world.agents.opened.size() == 1);
    REQUIRE(world.run({{chat, LinkReady{world.agents.opened[0].generation, "conversation"}}}));
    world.clock.advance(std::chrono::seconds(1));
    REQUIRE(world.run({{chat, Tick{}}}));
    REQUIRE(world.agents.asked.size() == 1);
    CHECK(world.agents.asked[0] == "five\nsix");
    CHECK(world.agents.contexts[0] == "Previous conversation history:\nOperator: two\nOperator: three\nOperator: four");
  }

  TEST_CASE("engine: a recovery that failed on its way goes on, and gives nobody a second one") {
    for (const auto& [operation, fault] :
         {std::pair(StoreOperation::load, StoreFault::before), std::pair(StoreOperation::commit, StoreFault::before),
          std::pair(StoreOperation::commit, StoreFault::after)}) {
      EngineWorld world;
      REQUIRE(world.run({{facts_of("a"), contact("m1")}, {facts_of("b"), contact("m2")}}));
      world.clock.advance(std::chrono::seconds(180));
      REQUIRE(world.engine->run_due());
      CHECK(world.agents.opened.size() == 2);
      world.engine = world.make();
      int asked = 0;
      world.store.plan([&, operation = operation, fault = fault](StoreOperation now) {
        // The first chat can be read, the second cannot.
        const bool fails = now == operation && (operation != StoreOperation::load || ++asked == 2);
        return fails ? fault : StoreFault::none;
      });
      CHECK_FALSE(world.engine->recover());
      world.store.plan({});
      CHECK(world.engine->recover());
      CHECK(world.agents.opened.size() == 4);
      CHECK(world.agents.closed.size() == 2);  // those from before the start
      CHECK(world.engine->recover().value() == 0);
    }
  }

  TEST_CASE("engine: chats beyond the cache are read again") {
    EngineWorld world;
    for (const char* name : {"a", "b", "c", "d"}) REQUIRE(world.run({{facts_of(name), contact("m1")}}));
    for (const char* name : {"a", "b", "c", "d"}) REQUIRE(world.run({{facts_of(name), contact("m2")}}));
    for (std::size_t n = 4; n < 8; ++n) CHECK(world.replies.at(n)->outcome.rules.front() == "18.1/3");
    CHECK(world.memory.chats().size() == 4);
  }

  TEST_CASE("engine: the facts of a chat are brought up to date") {
    EngineWorld world;
    ChatFacts facts = facts_of("a");
    REQUIRE(world.run({{facts, contact("m1")}}));
    facts.contact_name = "Ayse";
    facts.contact_phone = "+905550000001";
    REQUIRE(world.run({{facts, contact("m2")}}));
    REQUIRE(world.run({{facts_of("a"), contact("m3")}}));
    const auto stored = world.memory.load(world.replies[0]->chat);
    CHECK((*stored)->facts.contact_name == "Ayse");
    CHECK((*stored)->facts.contact_phone == "+905550000001");
  }

  TEST_CASE("engine: each transaction is reported with its size and whether it held") {
    EngineWorld world;
    REQUIRE(world.run({{facts_of("a"), contact("m1")}, {facts_of("b"), contact("m1")}}));
    world.store.fail_next(StoreOperation::commit);
    CHECK_FALSE(world.run({{facts_of("a"), contact("m2")}}));
    // Nothing to store is no transaction.
    REQUIRE(world.run({{facts_of("c"), DeliveryReport{ProviderMessageId("x"), {}, {}, {}}}}));
    const std::vector<std::pair<Attempt, std::size_t>> expected = {
        {Attempt::begins, 2}, {Attempt::holds, 2}, {Attempt::begins, 1}, {Attempt::fails, 1}};
    CHECK(world.attempts == expected);
  }

  TEST_CASE("engine: a sink hears of the state before each step, and of none when the chat is new") {
    EngineWorld world;
    StatesBefore sink;
    world.sink = &sink;
    world.engine = world.make();
    REQUIRE(world.run({{facts_of("a"), contact("m1")}, {facts_of("a"), contact("m2")}}));
    REQUIRE(sink.before.size() == 2);
    CHECK_FALSE(sink.before[0].has_value());
    REQUIRE(sink.before[1].has_value());
    CHECK(phase_of(*sink.before[1]) == Phase::waiting);
    CHECK(sink.before[1]->message_count == 1);
  }

  TEST_CASE("engine: a chat whose time runs ahead of a clock that was put right is told of once") {
    EngineWorld world;
    const Instant right = world.clock.now();
    const auto year = std::chrono::hours(24 * 365);
    world.clock.set(right + year);
    REQUIRE(world.run({{facts_of("a"), contact("m1")}}));
    world.clock.set(right);
    REQUIRE(world.run({{facts_of("b"), contact("m1")}}));
    CHECK(world.errors.empty());
    REQUIRE(world.run({{facts_of("a"), contact("m2")}, {facts_of("a"), contact("m3")}}));
    REQUIRE(world.run({{facts_of("a"), contact("m4")}}));
    REQUIRE(world.errors.size() == 1);
    CHECK(world.errors[0].detail.find("chat chat-1: its time runs 31536000 s ahead of the clock") == 0);
    // Small steps of a clock are nothing to tell of.
    world.clock.set(right - std::chrono::seconds(60));
    REQUIRE(world.run({{facts_of("b"), contact("m2")}}));
    CHECK(world.errors.size() == 1);
  }

  TEST_CASE("engine: a policy source that gives none is a broken duty") {
    const DutiesThrow duties;
    EngineWorld world;
    NoPolicy none;
    EngineOptions options;
    options.new_chat_id = [] { return ChatId("chat-1"); };
    world.engine = std::make_unique<Engine>(
        EnginePorts{&world.chats, &world.channel, &world.agents, &none, &world.clock, nullptr}, options);
    CHECK_THROWS_WITH_AS((void)world.run({{facts_of("a"), contact("m1")}}), "Engine: the policy source gave null",
                         std::logic_error);
  }

  TEST_CASE("engine: a call back into the engine is a broken duty") {
    const DutiesThrow duties;
    EngineWorld world;
    int noticed = 0;
    const auto back = [&](const auto& call) {
      try {
        call();
      } catch (const std::logic_error&) {
        ++noticed;
      }
    };
    std::vector<Input> inputs{{facts_of("a"), contact("m1"), [&](const Result<Reply>&) {
                                 back([&] { (void)world.run({}); });
                                 back([&] { (void)world.engine->run_due(); });
                                 back([&] { (void)world.engine->recover(); });
                               }}};
    REQUIRE(world.engine->run(inputs));
    CHECK(noticed == 3);
    CHECK(world.engine->run_due());
  }
}
