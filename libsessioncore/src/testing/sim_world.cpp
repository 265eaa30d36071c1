#include "testing/sim_world.hpp"

#include <algorithm>
#include <utility>

namespace sessioncore::testing {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

std::uint64_t hash_of(std::uint64_t hash, const std::string& text) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

}  // namespace

World::World(std::uint64_t seed, const SimulationOptions& options)
    : dice(seed),
      schedule({1'760'000'000'000}),
      store(options.sabotage),
      options_(options),
      plan_(make_plan(dice)),
      channel_(*this),
      agents_(*this),
      clock_(schedule.now()),
      start_(schedule.now()) {
  result_.seed = seed;
  result_.trace_hash = 14695981039346656037ULL;
  for (const bool listed : {false, true}) {
    for (const bool on : {false, true}) {
      for (const auto account :
           {AccountState::connected, AccountState::disconnected, AccountState::removed, AccountState::catching_up}) {
        Policy policy = plan_.policy;
        policy.blacklisted = listed;
        policy.account = account;
        if (!on) policy.agent.reset();
        policies_[listed ? 1 : 0][on ? 1 : 0][static_cast<std::size_t>(account)] =
            std::make_shared<const Policy>(std::move(policy));
      }
    }
  }
}

void World::run() {
  start();
  for (std::size_t n = 0; n < plan_.entries.size(); ++n) {
    result_.plan.push_back(text_of(plan_.entries[n]));
    if (std::binary_search(options_.skip.begin(), options_.skip.end(), n)) continue;
    schedule.after(plan_.entries[n].at, [this, n] { perform(plan_.entries[n], n); });
  }
  while (schedule.step(start_ + plan_.length + minutes(5), process)) {
  }

  // From here on the world is kind, and must come to rest.
  calm_ = true;
  crash_point_ = 0;
  agent_on_ = true;
  blacklisted_.clear();
  if (!engine_) start();
  if (account_ != AccountState::connected) account_turns(AccountState::connected);
  const Instant quiet = schedule.now() + minutes(30);
  while (schedule.step(quiet, process)) {
  }
  checks.at_quiet(store.truth());

  // A last message in each chat shows that nobody is stuck.
  for (std::uint64_t chat = 0; chat < plan_.chats; ++chat) {
    contact_writes({Duration(0), Deed::contact_writes, chat, 0}, 1'000'000 + chat);
  }
  const Instant end = schedule.now() + hours(3);
  while (schedule.step(end, process)) {
  }
  checks.at_rest(store.truth());
  if (unanswered_ > 0) checks.violated("P1: " + std::to_string(unanswered_) + " webhooks were never answered");
}

SimulationResult World::result() {
  result_.violations = checks.violations();
  result_.simulated = schedule.now() - start_;
  return std::move(result_);
}

std::shared_ptr<const Policy> World::policy(const ChatFacts& chat) {
  const auto number = static_cast<std::uint64_t>(chat.key.external_id.back() - '0');
  return policies_[blacklisted_[number] ? 1 : 0][agent_on_ ? 1 : 0][static_cast<std::size_t>(account_)];
}

void World::committed(const Commit& commit) {
  ++result_.decisions;
  const Commit seen = testing::sabotaged(commit, options_.sabotage, store.truth());
  checks.on_commit(seen, store.truth());
  if (std::holds_alternative<AgentReplied>(commit.decision.event)) {
    const auto& rules = commit.decision.outcome.rules;
    if (std::find(rules.begin(), rules.end(), "14.3/2") != rules.end()) checks.on_answered(seen, store.truth());
  }
  std::string line = std::to_string((commit.decision.at - start_).count()) + " " + commit.facts.id.value + " " +
                     std::string(name_of(commit.decision.event)) + " [";
  for (const auto rule : commit.decision.outcome.rules) line += std::string(rule) + " ";
  line +=
      "] " + std::string(to_string(commit.decision.before)) + " -> " + std::string(to_string(commit.decision.after));
  if (commit.decision.outcome.verdict != Verdict::accepted) {
    line += " " + std::string(to_string(commit.decision.outcome.reason));
  }
  for (const Effect& effect : commit.decision.effects) line += " " + std::string(name_of(effect));
  trace(line);
}

void World::trace(const std::string& line) {
  result_.trace_hash = hash_of(result_.trace_hash, line);
  if (options_.keep_trace) result_.trace += line + "\n";
}

// A webhook is delivered again until it is answered with success; the provider's patience outlasts our outages here.
void World::webhook(const ChatFacts& chat, Event event, Duration after, int attempt) {
  ++unanswered_;
  deliver(chat, std::move(event), after, attempt);
}

void World::deliver(const ChatFacts& chat, Event event, Duration after, int attempt) {
  schedule.after(after, [=, this]() mutable {
    const Duration again = seconds(std::min(1 << std::min(attempt, 3), 8));
    if (!engine_) return deliver(chat, std::move(event), again, attempt + 1);
    const auto answered = [=, this](const Result<Reply>& reply) {
      if (!reply) return deliver(chat, event, again, attempt + 1);
      --unanswered_;
      const ProviderMessageId* id = nullptr;
      if (const auto* contact = std::get_if<ContactMessage>(&event)) id = &contact->provider_id;
      if (const auto* self = std::get_if<SelfMessage>(&event)) id = &self->provider_id;
      if (id == nullptr || !reply) return;
      checks.on_acknowledged(reply->chat, *id);
      const std::uint64_t roll = hash_of(7, id->value) + static_cast<std::uint64_t>(attempt);
      if (!dice.chance(faults().duplicate_webhook / 2, luck_duplicate, roll)) return;
      Event twin = event;
      if (auto* contact = std::get_if<ContactMessage>(&twin); contact && sabotaged(Sabotage::forget_deduplication)) {
        contact->provider_id.value += "#again";
      }
      webhook(chat, twin, dice.between(Duration(0), seconds(90), luck_duplicate, roll, 1), attempt + 1);
    };
    std::variant<ChatId, ChatFacts> target = chat;
    if (!chat.id.empty()) target = chat.id;
    inbox_.push_back({target, event, answered});
    pump();
  });
}

void World::post(const ChatId& chat, Event event, Duration after) {
  schedule.after(
      after,
      [=, this] {
        adapter_events_.emplace_back(chat, event);
        pump();
      },
      process);
}

// Inputs that come close together go through the engine as one batch.
void World::pump() {
  if (pump_planned_ || !engine_) return;
  pump_planned_ = true;
  const Duration delay = dice.between(Duration(0), Duration(30), luck_pump, result_.decisions);
  schedule.after(
      delay, [this] { guarded([this] { run_engine(); }); }, process);
}

void World::guarded(const std::function<void()>& work) {
  if (!engine_) return;
  clock_.set(schedule.now() + skew_);
  try {
    work();
    run_due();
  } catch (const Crash&) {
    crash();
    return;
  }
  plan_wake();
}

void World::run_engine() {
  pump_planned_ = false;
  under_way_ = std::exchange(inbox_, {});
  const auto events = adapter_events_;
  adapter_events_.clear();
  for (const auto& item : events) {
    // What an adapter reported has no caller who would try again: we do.
    under_way_.push_back({item.first, item.second, [this, item](const Result<Reply>& reply) {
                            if (!reply) adapter_events_.push_back(item);
                          }});
  }
  if (under_way_.empty()) return;
  for (Input& input : under_way_) {
    input.done = [this, done = std::move(input.done)](const Result<Reply>& reply) {
      ++answered_;
      if (done) done(reply);
    };
  }
  (void)engine_->run(under_way_);
  under_way_.clear();
  answered_ = 0;
  if (!adapter_events_.empty())
    schedule.after(
        seconds(1), [this] { pump(); }, process);
}

void World::run_due() {
  for (int rounds = 0; engine_; ++rounds) {
    const auto ran = engine_->run_due();
    if (!ran) {
      schedule.after(
          seconds(1), [this] { guarded([] {}); }, process);
      return;
    }
    if (*ran == 0) return;
    if (rounds > 200) return checks.violated("P6: deadlines never end");
  }
}

void World::plan_wake() {
  if (!engine_) return;
  const auto deadline = engine_->next_deadline();
  if (!deadline || !*deadline) return;
  const Duration late = calm_ ? Duration(0) : dice.between(Duration(0), seconds(2), luck_tick, result_.decisions);
  const Instant at = std::max(**deadline - skew_ + late, schedule.now() + Duration(1));
  if (wake_at_ && *wake_at_ <= at && *wake_at_ > schedule.now()) return;
  wake_at_ = at;
  schedule.after(
      at - schedule.now(), [this] { guarded([] {}); }, process);
}

void World::start() {
  ++process;
  inbox_.clear();
  adapter_events_.clear();
  pump_planned_ = false;
  wake_at_.reset();
  clock_.set(schedule.now() + skew_);
  EngineOptions options;
  options.cache_max = 2;
  options.due_max = 3;
  options.new_chat_id = [this] { return ChatId("chat-" + std::to_string(++chats_made_)); };
  options.at_point = [this](int point) {
    if (point != crash_point_) return;
    crash_point_ = 0;
    throw Crash{};
  };
  engine_ = std::make_unique<Engine>(EnginePorts{&store.port(), &channel_, &agents_, this, &clock_, this}, options);
  guarded([this] {
    while (!engine_->recover()) {
    }
  });
}

void World::crash() {
  ++result_.crashes;
  trace("crash");
  checks.on_crash(store.truth());
  for (const ChatId& chat : store.truth().chats()) {
    const auto stored = store.truth().load(chat);
    for (const Send& send : (*stored)->state.sends) {
      // Handed over or not, delivered or not: after this nobody can know (P5).
      if (send.stage == SendStage::performing) checks.allow_one_more(chat, send.message);
    }
  }
  engine_.reset();
  agents_.process_died();
  channel_.process_died();
  // Callers that were not answered try again; they have seen the connection break.
  std::vector<Input> cut_off(under_way_.begin() + static_cast<std::ptrdiff_t>(answered_), under_way_.end());
  under_way_.clear();
  cut_off.insert(cut_off.end(), inbox_.begin(), inbox_.end());
  inbox_.clear();
  for (const Input& input : cut_off) {
    if (input.done) input.done(Error{ErrorCode::unavailable, "the process died"});
  }
  answered_ = 0;  // they counted themselves
  ++process;
  schedule.after(dice.between(Duration(100), seconds(40), luck_restart, result_.crashes), [this] {
    if (!engine_) start();
  });
}

ChatFacts World::facts(std::uint64_t chat) const {
  ChatFacts facts;
  facts.key = {TenantId("tenant"), "sim", "external-" + std::to_string(chat)};
  facts.account = AccountId("account");
  facts.contact_name = "Contact";
  return facts;
}

std::optional<ChatId> World::chat_id(std::uint64_t chat) {
  const auto found = store.truth().find_chat(facts(chat).key);
  return found ? *found : std::nullopt;
}

}  // namespace sessioncore::testing
