#include "engine/batch.hpp"
#include "engine/performer.hpp"
#include "engine/quarantine.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include <sessioncore/assert.hpp>
#include <sessioncore/engine/engine.hpp>

namespace sessioncore {
namespace {

using detail::IdleTicks;

constexpr Duration kTryAgainAfter = Duration(200);
constexpr Duration kClockTolerance = std::chrono::minutes(1);  // clocks are put right by less all the time

// Why an input of the engine's own failed, alone of its batch.
struct Failure {
  ChatId chat;
  Error why;
};

// A commit that was refused for what it holds is surely not stored; any other failure may have come after the fact.
bool may_be_stored(const Error& failed) {
  return failed.code != ErrorCode::conflict && failed.code != ErrorCode::invalid_argument;
}

}  // namespace

struct Engine::Impl {
  // Held while a member of Engine runs: its ports, its sink and the callers' `done` must not call it.
  struct Turn {
    explicit Turn(Impl& of) : impl(of) {
      SESSIONCORE_ASSERT(!impl.running, "Engine: called from a port, a sink or a `done` of its own");
      impl.running = true;
    }
    ~Turn() { impl.running = false; }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    Impl& impl;
  };

  EnginePorts ports;
  EngineOptions options;
  detail::ChatCache cache;
  detail::Performer performer;
  detail::Quarantine quarantine;
  std::optional<Instant> deadline;  // the earliest one, or earlier
  bool deadline_known = false;
  bool running = false;
  std::unordered_set<ChatId> ahead;  // chats told of because their time runs ahead of the clock
  std::vector<Commit> in_doubt;      // commits that failed, yet may have been stored: their effects are owed then
  std::vector<ChatId> to_recover;    // to be given `Recovered`, and not yet
  ChatId recovery_reached;           // up to here the store has named them

  Impl(EnginePorts given, EngineOptions opts)
      : ports(given),
        options(std::move(opts)),
        cache(options.cache_max),
        performer(ports, options),
        quarantine(options.quarantine_max) {}

  void at_point(int point) const {
    if (options.at_point) options.at_point(point);
  }
  void report(const Error& error) const {
    if (options.on_error) options.on_error(error);
  }
  Result<void> run(std::span<Input> inputs, IdleTicks idle_ticks = IdleTicks::left_out);
  Result<void> store(const std::vector<Commit>& commits) const;
  void hand_out(const std::vector<Commit>& commits);
  void note_deadlines(const std::vector<Commit>& commits);
  void note_clock(const std::vector<Commit>& commits, Instant now);
  Result<void> settle_doubts();
  [[nodiscard]] Result<bool> was_stored(const std::vector<Commit>& commits) const;
  Result<std::size_t> recover_listed();
  Result<void> report_unsent(Instant now);
  Result<std::vector<ChatId>> due(Instant now);
  Result<void> set_aside(const std::vector<Failure>& failures, Instant now);
};

Result<void> Engine::Impl::run(std::span<Input> inputs, IdleTicks idle_ticks) {
  if (auto settled = settle_doubts(); !settled) {
    for (Input& input : inputs) {
      if (input.done) input.done(settled.error());
    }
    return settled;
  }
  at_point(1);
  const Instant now = ports.clock->now();
  detail::Batch batch(ports, options, cache, now, idle_ticks);
  std::vector<Result<Reply>> replies;
  replies.reserve(inputs.size());
  for (Input& input : inputs) replies.push_back(batch.add(input.chat, std::move(input.event)));
  at_point(2);

  Result<void> committed = store(batch.commits());
  at_point(3);
  if (committed) {
    batch.keep();
    note_deadlines(batch.commits());
  } else {
    // Whatever the reason, the store knows better than the cache now.
    cache.clear();
    deadline_known = false;
  }
  for (std::size_t n = 0; n < inputs.size(); ++n) {
    if (!inputs[n].done) continue;
    const bool discarded = !committed && replies[n];
    inputs[n].done(discarded ? Result<Reply>(committed.error()) : replies[n]);
  }
  at_point(4);
  if (!committed) {
    if (may_be_stored(committed.error())) in_doubt = batch.commits();
    return committed;
  }
  hand_out(batch.commits());
  note_clock(batch.commits(), now);
  at_point(6);
  return {};
}

Result<void> Engine::Impl::store(const std::vector<Commit>& commits) const {
  if (commits.empty()) return {};
  const auto tell = [&](Attempt attempt) {
    if (options.on_commit) options.on_commit(attempt, commits.size());
  };
  tell(Attempt::begins);
  auto committed = ports.store->commit(commits);
  tell(committed ? Attempt::holds : Attempt::fails);
  return committed;
}

void Engine::Impl::hand_out(const std::vector<Commit>& commits) {
  for (const Commit& commit : commits) {
    if (ports.sink != nullptr) ports.sink->committed(commit);
    performer.add(commit);
  }
  performer.run();
}

// A store can fail to say that it stored something. What was stored is handed out after all, or its sends and links
// would wait for a result that nobody will report.
Result<void> Engine::Impl::settle_doubts() {
  if (in_doubt.empty()) return {};
  const auto stored = was_stored(in_doubt);
  if (!stored) return stored.error();
  const std::vector<Commit> commits = std::exchange(in_doubt, {});
  if (!*stored) return {};
  for (const Commit& commit : commits) std::erase(to_recover, commit.facts.id);  // if this was its recovery
  hand_out(commits);
  return {};
}

// A batch is stored as a whole or not at all: the state that it gave to one chat tells of all of them. If it changed
// none, nobody can tell, and nothing is lost: who tries again finds the same states. Versions alone tell nothing, since
// somebody else can have written that one.
Result<bool> Engine::Impl::was_stored(const std::vector<Commit>& commits) const {
  std::optional<Error> unreadable;
  for (std::size_t n = commits.size(); n > 0; --n) {  // a chat's last one first
    const Commit& commit = commits[n - 1];
    const bool changed = !commit.before || commit.state.version != commit.expected_version;
    if (!changed) continue;
    const ChatFacts& facts = commit.facts;
    const auto chat = ports.store->load(facts.id);
    if (chat && !*chat && commit.before) continue;  // purged since
    if (chat) return *chat && (*chat)->facts.key == facts.key && (*chat)->state == commit.state;
    if (chat.error().code == ErrorCode::unavailable) return chat.error();
    unreadable = Error{chat.error().code, "chat " + facts.id.value + ": " + chat.error().detail};
  }
  if (unreadable) {
    report({unreadable->code, "whether " + std::to_string(commits.size()) +
                                  " commits were stored cannot be told: " + unreadable->detail});
  }
  return false;
}

Result<void> Engine::Impl::report_unsent(Instant now) {
  detail::Performer::Unsent kept;
  std::vector<Failure> failures;
  std::vector<Input> reports;
  for (const auto& item : performer.take_unsent()) {
    if (quarantine.holds(item.first)) {
      kept.push_back(item);
      continue;
    }
    reports.push_back({item.first, item.second, [&kept, &failures, item](const Result<Reply>& reply) {
                         if (reply || reply.error().code == ErrorCode::not_found) return;
                         kept.push_back(item);
                         failures.push_back({item.first, reply.error()});
                       }});
  }
  const auto stored = reports.empty() ? Result<void>() : run(reports);
  performer.keep_unsent(kept);
  return stored ? set_aside(failures, now) : stored;
}

// The chats to tick now.
Result<std::vector<ChatId>> Engine::Impl::due(Instant now) {
  auto chats = ports.store->due(now, options.due_max + quarantine.size());
  if (!chats) return chats;
  const std::size_t all = chats->size();
  std::erase_if(*chats, [this](const ChatId& chat) { return quarantine.holds(chat); });
  if (chats->size() > options.due_max) chats->resize(options.due_max);
  // Behind deadlines that wait the store cannot tell the next one: look again soon.
  deadline_known = chats->empty() && all > 0;
  if (deadline_known) deadline = now + kTryAgainAfter;
  return chats;
}

// Chats that fail while the batch holds are left alone for a while, and told of. Too many are no matter of single
// chats: then the store is broken.
Result<void> Engine::Impl::set_aside(const std::vector<Failure>& failures, Instant now) {
  if (failures.empty()) return {};
  const auto& [chat, why] = failures.front();
  const std::string others = failures.size() == 1 ? "" : " and " + std::to_string(failures.size() - 1) + " more";
  const Error error{why.code, "chat " + chat.value + others + ": " + why.detail};
  for (const Failure& failure : failures) {
    if (!quarantine.add(failure.chat, failure.why.code, now)) return error;
  }
  report(error);
  return {};
}

void Engine::Impl::note_deadlines(const std::vector<Commit>& commits) {
  for (const Commit& commit : commits) {
    quarantine.release(commit.facts.id);
    if (commit.deadline && (!deadline || *commit.deadline < *deadline)) deadline = commit.deadline;
  }
}

// A chat's time never goes back. After a clock that went wrong by a year its deadlines lie a year ahead, and the AI
// would be silent in it with nobody knowing why.
void Engine::Impl::note_clock(const std::vector<Commit>& commits, Instant now) {
  for (const Commit& commit : commits) {
    const Duration by = commit.decision.at - now;
    if (by <= kClockTolerance || ahead.size() >= options.quarantine_max) continue;
    if (!ahead.insert(commit.facts.id).second) continue;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(by).count();
    report({ErrorCode::invalid_argument, "chat " + commit.facts.id.value + ": its time runs " +
                                             std::to_string(seconds) +
                                             " s ahead of the clock, and its deadlines come that much later: the clock"
                                             " was wrong before, or is now"});
  }
}

Engine::Engine(EnginePorts ports, EngineOptions options) : impl_(std::make_unique<Impl>(ports, std::move(options))) {
  SESSIONCORE_ASSERT(ports.store && ports.channel && ports.agents && ports.policies && ports.clock,
                     "Engine: a port is missing");
  SESSIONCORE_ASSERT(impl_->options.new_chat_id != nullptr, "Engine: new_chat_id is missing");
  SESSIONCORE_ASSERT(impl_->options.cache_max > 0, "Engine: cache_max must be more than 0");
  SESSIONCORE_ASSERT(impl_->options.due_max > 0, "Engine: due_max must be more than 0");
  SESSIONCORE_ASSERT(impl_->options.quarantine_max > 0, "Engine: quarantine_max must be more than 0");
}

Engine::~Engine() = default;

Result<void> Engine::run(std::span<Input> batch) {
  const Impl::Turn turn(*impl_);
  return impl_->run(batch);
}

Result<std::size_t> Engine::run_due() {
  const Impl::Turn turn(*impl_);
  if (auto settled = impl_->settle_doubts(); !settled) return settled.error();
  if (!impl_->performer.idle()) impl_->performer.run();
  const Instant now = impl_->ports.clock->now();
  impl_->quarantine.expire(now);
  if (auto reported = impl_->report_unsent(now); !reported) return reported.error();
  const auto next = next_deadline();
  if (!next) return next.error();
  if (!*next || **next > now) return std::size_t{0};

  const auto due = impl_->due(now);
  if (!due) return due.error();
  if (due->empty()) return std::size_t{0};
  std::vector<Input> ticks;
  std::vector<Failure> failures;
  ticks.reserve(due->size());
  for (const ChatId& chat : *due) {
    ticks.push_back({chat, Tick{}, [&failures, &chat](const Result<Reply>& reply) {
                       if (!reply) failures.push_back({chat, reply.error()});
                     }});
  }
  if (const auto done = impl_->run(ticks, IdleTicks::stored); !done) return done.error();
  if (const auto aside = impl_->set_aside(failures, now); !aside) return aside.error();
  return ticks.size();
}

// Those that could not be given it stay listed, but for those that trying again does not help: they are set aside.
Result<std::size_t> Engine::Impl::recover_listed() {
  std::vector<ChatId> listed = std::exchange(to_recover, {});
  std::vector<Failure> failures;
  std::vector<Input> inputs;
  inputs.reserve(listed.size());
  for (const ChatId& chat : listed) {
    inputs.push_back({chat, Recovered{}, [&failures, &chat](const Result<Reply>& reply) {
                        if (!reply) failures.push_back({chat, reply.error()});
                      }});
  }
  if (const auto done = run(inputs); !done) {
    to_recover = std::move(listed);
    return done.error();
  }
  const std::size_t recovered = listed.size() - failures.size();
  std::optional<Error> outage;
  for (const Failure& failure : failures) {
    if (failure.why.code != ErrorCode::unavailable) continue;
    to_recover.push_back(failure.chat);
    outage = failure.why;
  }
  std::erase_if(failures, [](const Failure& failure) { return failure.why.code == ErrorCode::unavailable; });
  if (const auto aside = set_aside(failures, ports.clock->now()); !aside) {
    for (const Failure& failure : failures) to_recover.push_back(failure.chat);
    return aside.error();
  }
  return outage ? Result<std::size_t>(*outage) : recovered;
}

Result<std::size_t> Engine::recover() {
  const Impl::Turn turn(*impl_);
  // A chat that had its `Recovered` is at work again. Should a later one fail and this be called anew, it must not have
  // another: what it has begun since would pass for left over from before the start (P5).
  if (auto settled = impl_->settle_doubts(); !settled) return settled.error();
  std::size_t total = 0;
  for (;;) {
    if (impl_->to_recover.empty()) {
      auto chats = impl_->ports.store->recoverable(impl_->recovery_reached, impl_->options.due_max);
      if (!chats) return chats.error();
      if (chats->empty()) return total;
      impl_->recovery_reached = chats->back();
      impl_->to_recover = std::move(*chats);
    }
    const auto done = impl_->recover_listed();
    if (!done) return done.error();
    total += *done;
  }
}

Result<std::optional<Instant>> Engine::next_deadline() {
  if (!impl_->deadline_known) {
    auto stored = impl_->ports.store->next_deadline();
    if (!stored) return stored.error();
    impl_->deadline = *stored;
    impl_->deadline_known = true;
  }
  // What could not be handed out yet, because the store could not be read, is tried again soon.
  if (!impl_->performer.idle() || !impl_->in_doubt.empty()) {
    const Instant soon = impl_->ports.clock->now() + kTryAgainAfter;
    if (!impl_->deadline || soon < *impl_->deadline) return std::optional(soon);
  }
  return impl_->deadline;
}

}  // namespace sessioncore
