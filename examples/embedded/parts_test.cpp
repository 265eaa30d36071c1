// The program's own parts under the real engine, with a store in memory and a clock that only the test moves: three
// minutes pass at once, and every run is the same.
#include "chat_watch.hpp"
#include "console_channel.hpp"
#include "parrot_agent.hpp"
#include "settings.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <vector>

#include <sessioncore/engine/engine.hpp>
#include <sessioncore/testing/fault_store.hpp>
#include <sessioncore/testing/manual_clock.hpp>
#include <sessioncore/testing/memory_store.hpp>
#include <sessioncore/testing/simulator.hpp>

using namespace embedded;

namespace {

void check(bool holds, const char* what) {
  if (holds) return;
  std::printf("failed: %s\n", what);
  std::exit(1);
}

// What adapters report, from any thread, until the test gives it to the engine.
class Reports {
 public:
  PostEvent poster() {
    return [this](const ChatId& chat, Event event) {
      const std::lock_guard lock(mutex_);
      inputs_.push_back({.chat = chat, .event = std::move(event)});
    };
  }
  std::vector<Input> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(inputs_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<Input> inputs_;
};

// Lets something happen between the moment at which a step has read the policy and its commit.
struct Policies final : PolicySource {
  explicit Policies(Settings& source) : settings(source) {}
  std::shared_ptr<const Policy> policy(const ChatFacts& chat) override {
    auto read = settings.policy(chat);
    if (meanwhile) std::exchange(meanwhile, nullptr)();
    return read;
  }
  Settings& settings;
  std::function<void()> meanwhile;
};

struct World {
  testing::MemoryStore memory;
  testing::FaultStore store{memory};
  testing::ManualClock clock;
  Reports reports;
  Settings settings{{.agent = AgentId("parrot")}};
  Policies policies{settings};
  std::vector<std::string> notices;
  ChatWatch watch{[this](const ChatFacts&, const Notify& notice) { notices.emplace_back(to_string(notice.notice)); },
                  settings, reports.poster()};
  std::vector<std::string> delivered;  // written by the channel's thread, read when it is idle
  ConsoleChannel channel{[this](const ChatFacts&, const std::string& text) {
                           delivered.push_back(text);
                           return std::optional<SendFailure>();
                         },
                         reports.poster()};
  ParrotAgent agent{reports.poster()};
  int chats = 0;
  Engine engine{{&store, &channel, &agent, &policies, &clock, &watch},
                {.new_chat_id = [this] { return ChatId("chat-" + std::to_string(++chats)); }}};

  Result<void> give(std::variant<ChatId, ChatFacts> chat, Event event) {
    Input input{.chat = std::move(chat), .event = std::move(event)};
    return engine.run({&input, 1});
  }
  // Until nobody reports anything any more.
  void settle() {
    for (;;) {
      channel.wait_until_idle();
      std::vector<Input> inputs = reports.take();
      if (inputs.empty()) return;
      check(engine.run(inputs).has_value(), "what adapters report is stored");
    }
  }
  // From one deadline to the next, as the runtime would.
  void pass(Duration time) {
    const Instant end = clock.now() + time;
    for (settle();; settle()) {
      const auto next = engine.next_deadline();
      check(next.has_value(), "the next deadline is known");
      if (!*next || **next > end) break;
      clock.set(std::max(**next, clock.now()));
      check(engine.run_due().has_value(), "what is due runs");
    }
    clock.set(end);
  }
};

const ChatFacts kLea{.key = {.tenant = TenantId("shop"), .channel = "console", .external_id = "lea"}};
const ChatId kChat("chat-1");  // hers, since it is the first

ContactMessage question(const char* id, const char* text) {
  return {{.provider_id = ProviderMessageId(id), .text = text}};
}

void nobody_answers() {
  World world;
  check(world.give(kLea, question("in-1", "Are you open?")).has_value(), "the question is stored");
  world.pass(std::chrono::seconds(179));
  check(world.delivered.empty(), "people have three minutes");
  world.pass(std::chrono::seconds(2));
  check(world.delivered == std::vector<std::string>{"You said: Are you open?"}, "then the agent answers");
}

void somebody_answers_on_the_phone() {
  World world;
  check(world.give(kLea, question("in-1", "Are you open?")).has_value(), "the question is stored");
  world.pass(std::chrono::seconds(179));
  const SelfMessage answer{{.provider_id = ProviderMessageId("phone-1"), .text = "Until six."}};
  check(world.give(kLea, answer).has_value(), "the answer is stored");
  world.pass(std::chrono::hours(1));
  check(world.delivered.empty(), "the agent has nothing to add");
}

void the_contact_wants_a_human() {
  World world;
  check(world.give(kLea, question("in-1", "A human, please")).has_value(), "the question is stored");
  world.pass(std::chrono::minutes(4));
  check(world.delivered == std::vector<std::string>{"One moment, please."}, "the agent's last words");
  check(world.notices == std::vector<std::string>{"human_wanted"}, "people are told");
}

void the_account_is_away() {
  World world;
  check(world.give(kLea, question("in-1", "Are you open?")).has_value(), "the question is stored");
  check(world.give(kChat, TakeOver{.user = UserId("ana")}).has_value(), "Ana takes over");
  world.settings.set_account(AccountState::disconnected);
  check(world.give(kChat, SendText{.user = UserId("ana"), .text = "Until six."}).has_value(), "her answer is stored");
  world.pass(std::chrono::minutes(10));
  check(world.delivered.empty(), "nothing is tried while the account is away");
  world.settings.set_account(AccountState::connected);
  for (const ChatId& chat : world.watch.awaiting_account()) {
    check(world.give(chat, AccountChanged{}).has_value(), "the chat hears of it");
  }
  world.settle();
  check(world.delivered == std::vector<std::string>{"Until six."}, "what was kept goes out at once");
}

void the_account_comes_back_during_a_step() {
  World world;
  check(world.give(kLea, question("in-1", "Are you open?")).has_value(), "the question is stored");
  check(world.give(kChat, TakeOver{.user = UserId("ana")}).has_value(), "Ana takes over");
  world.settings.set_account(AccountState::disconnected);
  world.policies.meanwhile = [&world] { world.settings.set_account(AccountState::connected); };
  check(world.give(kChat, SendText{.user = UserId("ana"), .text = "Until six."}).has_value(), "her answer is stored");
  world.settle();
  check(world.delivered == std::vector<std::string>{"Until six."}, "the chat hears of it all the same");
}

void the_store_fails() {
  World world;
  world.store.fail_next(testing::StoreOperation::commit, testing::StoreFault::after);
  check(!world.give(kLea, question("in-1", "Are you open?")), "the provider is told to try again");
  check(world.give(kLea, question("in-1", "Are you open?")).has_value(), "it does");
  world.pass(std::chrono::minutes(4));
  check(world.delivered == std::vector<std::string>{"You said: Are you open?"}, "the question counts once");
}

// The library itself, as it is linked here: the real core and engine in a world that does its worst.
void the_promises_hold() {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const testing::SimulationResult result = testing::simulate(seed);
    for (const std::string& violation : result.violations) std::printf("seed %d: %s\n", int(seed), violation.c_str());
    check(result.violations.empty(), "no promise is broken");
  }
}

}  // namespace

int main() {
  nobody_answers();
  somebody_answers_on_the_phone();
  the_contact_wants_a_human();
  the_account_is_away();
  the_account_comes_back_during_a_step();
  the_store_fails();
  the_promises_hold();
  std::printf("all as it should be\n");
}
