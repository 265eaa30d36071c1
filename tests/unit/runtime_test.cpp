#include "duties_throw.hpp"
#include "engine_fakes.hpp"

#include <algorithm>
#include <condition_variable>
#include <future>
#include <stdexcept>
#include <thread>

#include <doctest/doctest.h>

#include <sessioncore/runtime/runtime.hpp>
#include <sessioncore/runtime/system_clock.hpp>

using namespace sessioncore;
using namespace sessioncore::testing;
using test_support::DutiesThrow;

namespace {

const SendSucceeded kSent{{2, 1}, ProviderMessageId("out"), {}};
constexpr std::chrono::seconds kPatience(60);  // for what comes in a moment, unless the machine is busy

// Lets a test wait for what other threads do, without sleeping.
class Signal final : public EventSink {
 public:
  void committed(const Commit& commit) override {
    const std::lock_guard lock(mutex_);
    if (commit.state.sends.empty() && commit.decision.event.index() == Event(SendSucceeded{}).index()) ++sent_;
    changed_.notify_all();
  }
  bool wait_for_sent(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return sent_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int sent_ = 0;
};

struct Service {
  explicit Service(Duration retry = Duration(1)) : retry_after_failure(retry) {}

  Duration retry_after_failure;
  std::atomic<bool> refusing{false};
  MemoryStore memory;
  FaultStore store{memory};
  ChatFaults chats{store};
  SystemClock clock;
  RecordingChannel channel;
  RecordingAgents agents;
  FixedPolicy policies;
  Signal signal;
  std::atomic<int> ids{0};
  std::mutex batches_mutex;
  std::vector<BatchStats> batches;
  std::mutex errors_mutex;
  std::vector<Error> errors;
  RuntimeOptions runtime_options = options();
  Runtime runtime{runtime_options};

  RuntimeOptions options() {
    RuntimeOptions options;
    options.queue_max = 8;
    options.retry_after_failure = retry_after_failure;
    options.on_batch = [this](const BatchStats& batch) {
      const std::lock_guard lock(batches_mutex);
      batches.push_back(batch);
    };
    options.on_error = [this](const Error& error) {
      const std::lock_guard lock(errors_mutex);
      errors.push_back(error);
    };
    options.engine.new_chat_id = [this] { return ChatId("chat-" + std::to_string(++ids)); };
    return options;
  }
  // The last error that names this.
  std::string told(const std::string& what) {
    const std::lock_guard lock(errors_mutex);
    const auto last = std::find_if(errors.rbegin(), errors.rend(),
                                   [&](const Error& error) { return error.detail.find(what) != std::string::npos; });
    return last == errors.rend() ? "" : last->detail;
  }
  void refuse_reads(std::function<std::optional<Error>(const ChatId&)> why) {
    chats.at_read = [this, why = std::move(why)](const ChatId& chat) { return refusing ? why(chat) : std::nullopt; };
  }
  // Chats whose one text waits for its result.
  void start_with_sends(int count) {
    REQUIRE(start());
    for (int n = 1; n <= count; ++n) {
      const ChatId chat("chat-" + std::to_string(n));
      REQUIRE(runtime.call(facts_of(chat.value), contact("m1")));
      REQUIRE(runtime.call(chat, SendText{UserId("u"), "hi", false}));
    }
  }
  // Waits until the engine's thread has come here and done this.
  bool in_engine_thread(const std::function<void()>& work) {
    // Both threads hold the promise: who waits may go on before the other is back from setting it.
    const auto done = std::make_shared<std::promise<void>>();
    const auto posted = runtime.post({ChatId("chat-1"), Tick{}, [work, done](const Result<Reply>&) {
                                        work();
                                        done->set_value();
                                      }});
    return posted && done->get_future().wait_for(kPatience) == std::future_status::ready;
  }
  // While the engine's thread runs, the store is that thread's alone: it also works after it has answered a caller.
  void fail_next(StoreOperation operation, std::size_t count = 1) {
    REQUIRE(in_engine_thread([this, operation, count] { store.fail_next(operation, StoreFault::before, count); }));
  }
  // Results of their sends, queued while the engine's thread is busy, so that it takes them together.
  void post_together(const std::vector<ChatId>& targets) {
    std::promise<void> posted;
    REQUIRE(runtime.post(
        {ChatId("chat-1"), Tick{}, [done = posted.get_future().share()](const Result<Reply>&) { done.wait(); }}));
    for (const ChatId& chat : targets) runtime.poster()(chat, kSent);
    posted.set_value();
  }
  Delivery delivery(const char* chat) { return memory.all_messages(ChatId(chat)).at(1).delivery; }
  Result<void> start() { return runtime.start({&chats, &channel, &agents, &policies, &clock, &signal}); }
};

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("runtime: callers on many threads are answered, each chat once") {
    Service service;
    REQUIRE(service.start());
    std::atomic<int> accepted{0};
    std::vector<std::thread> callers;
    for (int caller = 0; caller < 4; ++caller) {
      callers.emplace_back([&service, &accepted, caller] {
        for (int n = 0; n < 50; ++n) {
          const auto id = std::to_string(caller) + "-" + std::to_string(n);
          const auto reply = service.runtime.call(facts_of("contact-" + std::to_string(n % 5)), contact(id));
          if (reply && reply->outcome.verdict == Verdict::accepted) ++accepted;
        }
      });
    }
    for (auto& caller : callers) caller.join();
    service.runtime.stop();
    CHECK(accepted == 200);
    CHECK(service.memory.chats().size() == 5);
    CHECK(service.runtime.stats().inputs == 200);
  }

  TEST_CASE("runtime: deadlines fire and adapters' events come back") {
    Service service;
    service.policies.policy_.grace_period = Duration(5);
    service.policies.policy_.greeting_wait = Duration(1);
    service.policies.policy_.link_init_timeout = std::chrono::hours(1);
    service.policies.policy_.reply_timeout = std::chrono::hours(1);
    service.agents.post = service.runtime.poster();
    service.channel.post = service.runtime.poster();
    service.channel.chat = ChatId("chat-1");
    REQUIRE(service.start());
    REQUIRE(service.runtime.call(facts_of("a"), contact("m1", "question")));
    CHECK(service.signal.wait_for_sent(1));
    service.runtime.stop();
    REQUIRE(service.channel.sent.size() == 1);
    CHECK(service.channel.sent[0].second == "answer");
    CHECK(service.agents.asked == std::vector<std::string>{"question"});
  }

  TEST_CASE("runtime: an adapter's event is not lost when the store fails") {
    Service service;
    service.channel.chat = ChatId("chat-1");
    REQUIRE(service.start());
    REQUIRE(service.runtime.call(facts_of("a"), contact("m1")));
    REQUIRE(service.runtime.call(ChatId("chat-1"), SendText{UserId("u"), "hi", false}));
    service.fail_next(StoreOperation::find, 3);
    service.fail_next(StoreOperation::commit, 3);
    const PostEvent post = service.runtime.poster();
    post(ChatId("chat-1"), SendSucceeded{{2, 1}, ProviderMessageId("out"), {}});
    CHECK(service.signal.wait_for_sent(1));
    service.runtime.stop();
    CHECK(service.memory.all_messages(ChatId("chat-1")).at(1).delivery == Delivery::sent);
  }

  TEST_CASE("runtime: an adapter's event that could not be stored holds up no other, and is tried again at the stop") {
    Service service(std::chrono::hours(1));
    service.refuse_reads(
        [](const ChatId& chat) { return chat == ChatId("chat-1") ? std::optional(Error{}) : std::nullopt; });
    service.start_with_sends(2);
    service.refusing = true;
    const PostEvent post = service.runtime.poster();
    post(ChatId("chat-1"), kSent);
    // Behind the event, the second in a later round.
    CHECK(service.runtime.call(ChatId("chat-2"), Tick{}));
    CHECK(service.runtime.call(ChatId("chat-2"), Tick{}));
    service.refusing = false;
    // This waits behind it: it would be lost on a message that is not known to be sent.
    post(ChatId("chat-1"), DeliveryReport{ProviderMessageId("out"), ReportedDelivery::read, std::nullopt, {}});
    CHECK(service.runtime.call(ChatId("chat-2"), Tick{}));
    CHECK(service.runtime.stats().queued == 2);
    service.runtime.stop();
    CHECK(service.delivery("chat-1") == Delivery::read);
  }

  TEST_CASE(
      "runtime: an event that the store keeps refusing is given up and told of, one that an outage stops is not") {
    Service service;
    service.refuse_reads([&service](const ChatId& chat) -> std::optional<Error> {
      if (chat == ChatId("chat-2")) return Error{ErrorCode::corrupt, "bad"};
      return service.told("chat-2").empty() ? std::optional(Error{}) : std::nullopt;
    });
    service.start_with_sends(2);
    service.refusing = true;
    service.post_together({ChatId("chat-1"), ChatId("chat-2")});
    CHECK(service.signal.wait_for_sent(1));
    service.runtime.stop();
    CHECK(service.delivery("chat-1") == Delivery::sent);
    CHECK(service.delivery("chat-2") == Delivery::pending);
    CHECK(service.told("chat-2") == "an event of chat chat-2 could not be stored and is given up: bad");
  }

  TEST_CASE("runtime: an event whose commit the store refuses takes no others of its batch with it") {
    Service service;
    service.chats.at_commit = [&service](const Commit& commit) {
      const bool bad = service.refusing && commit.facts.id == ChatId("chat-1");
      return bad ? std::optional(Error{ErrorCode::conflict, "bad"}) : std::nullopt;
    };
    service.start_with_sends(3);
    service.refusing = true;
    service.post_together({ChatId("chat-1"), ChatId("chat-2"), ChatId("chat-3")});
    CHECK(service.signal.wait_for_sent(2));
    service.runtime.stop();
    CHECK(service.delivery("chat-1") == Delivery::pending);
    CHECK(service.delivery("chat-2") == Delivery::sent);
    CHECK(service.delivery("chat-3") == Delivery::sent);
  }

  TEST_CASE("runtime: a chat that cannot be read when its deadline has come is told of") {
    Service service;
    ManualClock long_ago;
    Engine former({&service.memory, &service.channel, &service.agents, &service.policies, &long_ago, nullptr},
                  service.runtime_options.engine);
    std::vector<Input> first{{facts_of("a"), contact("m1"), {}}};
    REQUIRE(former.run(first));
    std::promise<void> read;
    service.refuse_reads([&read, once = false](const ChatId&) mutable {
      if (!std::exchange(once, true)) read.set_value();
      return std::optional(Error{ErrorCode::corrupt, "bad"});
    });
    service.refusing = true;
    REQUIRE(service.start());
    CHECK(read.get_future().wait_for(kPatience) == std::future_status::ready);
    service.runtime.stop();
    CHECK(service.told("chat-1") == "chat chat-1: bad");
  }

  TEST_CASE("runtime: a full queue refuses, and after stop everything is refused") {
    Service service;  // not started: nothing is taken from the queue
    for (int n = 0; n < 8; ++n) CHECK(service.runtime.post({facts_of("a"), contact(std::to_string(n)), {}}));
    const auto refused = service.runtime.post({facts_of("a"), contact("more"), {}});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::full);
    CHECK(service.runtime.stats().refused == 1);
    REQUIRE(service.start());
    service.runtime.stop();
    CHECK(service.memory.all_messages(ChatId("chat-1")).size() == 8);
    CHECK(service.runtime.call(facts_of("a"), contact("late")).error().code == ErrorCode::shutting_down);
  }

  TEST_CASE("runtime: tells whether it runs, when it last went round, and when the store last took something") {
    Service service;
    CHECK_FALSE(service.runtime.stats().running);
    const auto before = std::chrono::steady_clock::now();
    REQUIRE(service.start());
    CHECK(service.runtime.stats().running);
    CHECK(service.runtime.stats().last_round >= before);
    CHECK_FALSE(service.runtime.stats().last_commit.has_value());
    REQUIRE(service.runtime.call(facts_of("a"), contact("m1")));
    const auto committed = service.runtime.stats();
    REQUIRE(committed.last_commit.has_value());
    CHECK(*committed.last_commit >= before);
    CHECK_FALSE(committed.last_failure.has_value());
    service.fail_next(StoreOperation::commit);
    CHECK_FALSE(service.runtime.call(facts_of("a"), contact("m2")));
    service.runtime.stop();
    const auto failed = service.runtime.stats();
    CHECK_FALSE(failed.running);
    REQUIRE(failed.last_failure.has_value());
    CHECK(*failed.last_failure >= *committed.last_commit);
    CHECK(failed.last_commit == committed.last_commit);
  }

  TEST_CASE("runtime: each transaction is reported with its size, its time, whether it held, and what still waits") {
    Service service;
    // Queued before the start, so that they are taken together; one more waits behind a batch of four.
    service.runtime_options.batch_max = 4;
    service.store.fail_next(StoreOperation::commit);
    service.chats.at_commit = [](const Commit&) -> std::optional<Error> {
      // However coarse the clock is, it goes on meanwhile.
      for (const auto since = std::chrono::steady_clock::now(); std::chrono::steady_clock::now() == since;) {
      }
      return std::nullopt;
    };
    Runtime runtime(service.runtime_options);
    for (int n = 0; n < 5; ++n) REQUIRE(runtime.post({facts_of("a"), contact(std::to_string(n)), {}}));
    REQUIRE(
        runtime.start({&service.chats, &service.channel, &service.agents, &service.policies, &service.clock, nullptr}));
    runtime.stop();
    REQUIRE(service.batches.size() == 2);
    CHECK(service.batches[0].commits == 4);
    CHECK_FALSE(service.batches[0].ok);
    CHECK(service.batches[0].queued == 1);
    CHECK(service.batches[0].took.count() > 0);
    CHECK(service.batches[1].commits == 1);
    CHECK(service.batches[1].ok);
    CHECK(service.batches[1].queued == 0);
  }

  TEST_CASE("runtime: of two events that come together, a failure of the first does not let the second pass") {
    Service service;
    service.refuse_reads([once = false](const ChatId& chat) mutable {
      const bool fails = chat == ChatId("chat-1") && !std::exchange(once, true);
      return fails ? std::optional(Error{}) : std::nullopt;
    });
    service.start_with_sends(1);
    service.refusing = true;
    std::promise<void> posted;
    REQUIRE(service.runtime.post(
        {ChatId("chat-9"), Tick{}, [done = posted.get_future().share()](const Result<Reply>&) { done.wait(); }}));
    service.runtime.poster()(ChatId("chat-1"), kSent);
    service.runtime.poster()(ChatId("chat-1"),
                             DeliveryReport{ProviderMessageId("out"), ReportedDelivery::read, {}, {}});
    posted.set_value();
    CHECK(service.signal.wait_for_sent(1));
    service.runtime.stop();
    CHECK(service.delivery("chat-1") == Delivery::read);
  }

  TEST_CASE("runtime: a call from the engine's own thread is a broken duty, and no deadlock") {
    const DutiesThrow duties;
    Service service;
    REQUIRE(service.start());
    std::string told;
    CHECK(service.in_engine_thread([&] {
      try {
        (void)service.runtime.call(facts_of("a"), contact("m1"));
      } catch (const std::logic_error& error) {
        told = error.what();
      }
    }));
    CHECK(told == "Runtime::call: the engine's own thread would wait for itself");
    CHECK(service.runtime.call(facts_of("a"), contact("m1")));
    service.runtime.stop();
  }

  TEST_CASE("runtime: who waits is answered also when it was never started") {
    Service service;
    std::optional<ErrorCode> answer;
    REQUIRE(service.runtime.post(
        {facts_of("a"), contact("m1"), [&](const Result<Reply>& reply) { answer = reply.error().code; }}));
    auto call = std::async(std::launch::async, [&] { return service.runtime.call(facts_of("a"), contact("m2")); });
    while (service.runtime.stats().queued < 2) std::this_thread::yield();
    service.runtime.stop();
    CHECK(answer == ErrorCode::shutting_down);
    CHECK(call.get().error().code == ErrorCode::shutting_down);
    CHECK(service.memory.chats().empty());
  }

  TEST_CASE("runtime: it starts once, and again only after a start that failed: nobody is recovered twice (P5)") {
    const DutiesThrow duties;
    Service service;
    ManualClock long_ago;
    Engine former({&service.memory, &service.channel, &service.agents, &service.policies, &long_ago, nullptr},
                  service.runtime_options.engine);
    std::vector<Input> first{{facts_of("a"), contact("m1"), {}}, {facts_of("b"), contact("m1"), {}}};
    REQUIRE(former.run(first));
    long_ago.advance(std::chrono::seconds(180));
    REQUIRE(former.run_due());
    CHECK(service.agents.opened.size() == 2);
    int loads = 0;
    service.store.plan([&loads](StoreOperation operation) {
      return operation == StoreOperation::load && ++loads == 2 ? StoreFault::before : StoreFault::none;
    });
    CHECK_FALSE(service.start());
    CHECK_FALSE(service.runtime.stats().running);
    REQUIRE(service.start());
    CHECK_THROWS_AS((void)service.start(), std::logic_error);
    service.runtime.stop();
    CHECK_THROWS_AS((void)service.start(), std::logic_error);
    CHECK_FALSE(service.runtime.stats().running);
    for (const char* chat : {"chat-1", "chat-2"}) {
      const auto log = service.memory.decisions(ChatId(chat), 0, 100).value();
      CHECK(std::count_if(log.begin(), log.end(), [](const Decision& decision) {
              return std::holds_alternative<Recovered>(decision.event);
            }) == 1);
    }
  }

  TEST_CASE("runtime: an adapter may still report when the runtime is gone") {
    PostEvent post;
    {
      Service service;
      post = service.runtime.poster();
    }
    post(ChatId("chat-1"), kSent);
  }

  TEST_CASE("runtime: deadlines that the store fails at hold up no input") {
    Service service(std::chrono::hours(1));
    service.store.plan([&service](StoreOperation operation) {
      return service.refusing && operation == StoreOperation::scan ? StoreFault::before : StoreFault::none;
    });
    REQUIRE(service.start());
    REQUIRE(service.runtime.call(facts_of("a"), contact("m1")));
    service.refusing = true;
    service.fail_next(StoreOperation::commit);  // from then on the engine asks the store for the next deadline
    CHECK_FALSE(service.runtime.call(facts_of("a"), contact("m2")));
    for (int n = 0; n < 3; ++n) CHECK(service.in_engine_thread([] {}));
    service.runtime.stop();
  }

  TEST_CASE("runtime: a batch that stores nothing does not make a store that failed count as well") {
    Service service(std::chrono::hours(1));
    service.refuse_reads([](const ChatId&) { return std::optional(Error{}); });
    REQUIRE(service.start());
    REQUIRE(service.runtime.call(facts_of("a"), contact("m1")));
    CHECK(service.runtime.stats().store_ok);
    service.fail_next(StoreOperation::commit);
    CHECK_FALSE(service.runtime.call(facts_of("a"), contact("m2")));
    CHECK_FALSE(service.runtime.stats().store_ok);
    service.refusing = true;
    CHECK_FALSE(service.runtime.call(facts_of("a"), contact("m2")));
    CHECK_FALSE(service.runtime.stats().store_ok);
    service.refusing = false;
    CHECK(service.runtime.call(facts_of("a"), contact("m2")));
    CHECK(service.runtime.stats().store_ok);
    service.runtime.stop();
  }
}
