// The made-up world of one seed: the phones, the provider, the agent, the people, and the process in the middle.
#pragma once

#include "testing/sim_checks.hpp"
#include "testing/sim_plan.hpp"
#include "testing/sim_schedule.hpp"
#include "testing/sim_store.hpp"

#include <memory>
#include <set>
#include <string>
#include <vector>

#include <sessioncore/engine/engine.hpp>
#include <sessioncore/testing/manual_clock.hpp>

namespace sessioncore::testing {

struct Crash {};  // thrown at a numbered point of the engine

class World;

// The provider: carries texts to the phone, answers late, twice or never, echoes, and delivers webhooks until they are
// answered.
class SimChannel final : public Channel {
 public:
  explicit SimChannel(World& world) : world_(world) {}
  void send(const ChatFacts& chat, const SendId& send, const std::string& text) override;
  void recall(const ChatFacts& chat, const SendId& send) override;
  void list_sent(const ChatFacts& chat, Instant since) override;
  void process_died() { waiting_.clear(); }
  // A person on the phone.
  void person_writes(const ChatId& chat, std::uint64_t n);

 private:
  enum class Fate { delivered, retryable, permanent, disconnected, ambiguous_lost, ambiguous_delivered };
  [[nodiscard]] Fate fate_of(std::uint64_t roll) const;
  void begin(const ChatId& chat, const SendId& send, const std::string& text, std::uint64_t roll);
  void show(const ChatId& chat, MessageNumber message, const std::string& text, std::uint64_t roll, bool expect_echo);

  World& world_;
  std::set<std::tuple<ChatId, MessageNumber, std::uint32_t>> waiting_;  // taken, and not begun
  std::uint64_t sends_ = 0;
  std::uint64_t shown_ = 0;
};

// The agent platform.
class SimAgents final : public AgentConnector {
 public:
  explicit SimAgents(World& world) : world_(world) {}
  void open(const LinkId& link, const AgentId& agent, const ChatFacts& chat) override;
  void ask(const LinkId& link, const std::string& context, const std::string& question) override;
  void answer_tool(const LinkId& link, const std::string& call_id, bool ok) override;
  void close(const LinkId& link) override;
  void process_died() {
    open_.clear();
    asked_on_.clear();
  }

 private:
  [[nodiscard]] bool is_open(const LinkId& link) const;
  void reply(const LinkId& link, Duration after, std::int64_t event, const std::string& text);
  void drop(const LinkId& link, Duration after, LinkLoss loss);
  void answer(const LinkId& link, std::uint64_t n);

  World& world_;
  std::set<std::pair<std::string, Generation>> open_;
  std::map<std::pair<std::string, Generation>, std::uint32_t> asked_on_;  // questions written on each link
  std::uint64_t opened_ = 0;
  std::uint64_t asked_ = 0;
  std::int64_t events_ = 1;
};

class World final : public PolicySource, public EventSink {
 public:
  World(std::uint64_t seed, const SimulationOptions& options);

  void run();
  [[nodiscard]] SimulationResult result();

  // PolicySource and EventSink.
  [[nodiscard]] std::shared_ptr<const Policy> policy(const ChatFacts& chat) override;
  void committed(const Commit& commit) override;

  // For the outside services.
  void webhook(const ChatFacts& chat, Event event, Duration after, int attempt = 0);
  void post(const ChatId& chat, Event event, Duration after);  // dies with the process
  [[nodiscard]] const Faults& faults() const { return calm_ ? no_faults_ : plan_.faults; }
  [[nodiscard]] bool sabotaged(Sabotage kind) const { return options_.sabotage == kind; }
  [[nodiscard]] bool calm() const { return calm_; }
  [[nodiscard]] Instant provider_now() const { return schedule.now(); }

  const Dice dice;
  Schedule schedule;
  Checks checks;
  SimStore store;
  std::uint64_t process = 0;  // counts the starts

 private:
  void perform(const PlanEntry& entry, std::size_t n);
  void contact_writes(const PlanEntry& entry, std::size_t n);
  void command(const PlanEntry& entry);
  void account_turns(AccountState state);
  void about_a_message(const PlanEntry& entry);
  void deliver(const ChatFacts& chat, Event event, Duration after, int attempt);
  void start();
  void crash();
  void pump();
  void guarded(const std::function<void()>& work);
  void run_engine();
  void run_due();
  void plan_wake();
  void trace(const std::string& line);
  [[nodiscard]] ChatFacts facts(std::uint64_t chat) const;
  [[nodiscard]] std::optional<ChatId> chat_id(std::uint64_t chat);

  SimulationOptions options_;
  Plan plan_;
  Faults no_faults_;
  bool calm_ = false;
  SimChannel channel_;
  SimAgents agents_;
  ManualClock clock_;  // the engine's: the world's time plus the skew
  Duration skew_{};
  std::unique_ptr<Engine> engine_;
  std::vector<Input> inbox_;
  std::vector<Input> under_way_;                          // the batch that the engine works on
  std::size_t answered_ = 0;                              // of it, in order; the others are cut off by a crash
  std::size_t unanswered_ = 0;                            // webhooks that nobody has taken yet
  std::vector<std::pair<ChatId, Event>> adapter_events_;  // taken again if the store fails
  bool pump_planned_ = false;
  std::optional<Instant> wake_at_;
  int crash_point_ = 0;  // the next time this point is passed, the process dies
  std::map<std::uint64_t, bool> blacklisted_;
  bool agent_on_ = true;
  AccountState account_ = AccountState::connected;
  std::uint64_t chats_made_ = 0;
  std::shared_ptr<const Policy> policies_[2][2][4];  // by blacklisted, agent on, account
  SimulationResult result_;
  Instant start_;
};

}  // namespace sessioncore::testing
