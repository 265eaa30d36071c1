#include "engine/batch.hpp"
#include "engine/performer.hpp"

#include <algorithm>

#include <sessioncore/assert.hpp>
#include <sessioncore/engine/engine.hpp>

namespace sessioncore {
namespace {

constexpr Duration kTryAgainAfter = Duration(200);

}  // namespace

struct Engine::Impl {
  EnginePorts ports;
  EngineOptions options;
  detail::ChatCache cache;
  detail::Performer performer;
  std::optional<Instant> deadline;  // the earliest one, or earlier
  bool deadline_known = false;
  std::vector<Commit> in_doubt;    // commits that failed, yet may have been stored: their effects are owed then
  std::vector<ChatId> to_recover;  // to be given `Recovered`, and not yet
  ChatId recovery_reached;         // up to here the store has named them

  Impl(EnginePorts given, EngineOptions opts)
      : ports(given), options(std::move(opts)), cache(options.cache_max), performer(ports, options) {}

  void at_point(int point) const {
    if (options.at_point) options.at_point(point);
  }
  Result<void> run(std::span<Input> inputs);
  Result<void> store(const std::vector<Commit>& commits) const;
  void hand_out(const std::vector<Commit>& commits);
  void note_deadlines(const std::vector<Commit>& commits);
  Result<void> settle_doubts();
  Result<std::size_t> recover_listed();
  Result<void> report_withdrawn();
};

Result<void> Engine::Impl::run(std::span<Input> inputs) {
  if (auto settled = settle_doubts(); !settled) {
    for (Input& input : inputs) {
      if (input.done) input.done(settled.error());
    }
    return settled;
  }
  at_point(1);
  detail::Batch batch(ports, options, cache, ports.clock->now());
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
    in_doubt = batch.commits();
    return committed;
  }
  hand_out(batch.commits());
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

// A store can fail to say that it stored something. The versions tell: what was stored is handed out after all, or its
// sends and links would wait for a result that nobody will report.
Result<void> Engine::Impl::settle_doubts() {
  if (in_doubt.empty()) return {};
  std::vector<Commit> stored;
  for (const Commit& commit : in_doubt) {
    const auto chat = ports.store->load(commit.facts.id);
    if (!chat) return chat.error();
    const bool changed = commit.state.version != commit.expected_version;
    if (!*chat || !changed || (*chat)->state.version < commit.state.version) continue;
    stored.push_back(commit);
    std::erase(to_recover, commit.facts.id);  // if this was its recovery
  }
  in_doubt.clear();
  hand_out(stored);
  return {};
}

Result<void> Engine::Impl::report_withdrawn() {
  const auto withdrawn = performer.take_withdrawn();
  if (withdrawn.empty()) return {};
  std::vector<Input> reports;
  for (const auto& [chat, failed] : withdrawn) reports.push_back({chat, failed, {}});
  auto stored = run(reports);
  if (!stored) performer.keep_withdrawn(withdrawn);
  return stored;
}

void Engine::Impl::note_deadlines(const std::vector<Commit>& commits) {
  for (const Commit& commit : commits) {
    if (commit.deadline && (!deadline || *commit.deadline < *deadline)) deadline = commit.deadline;
  }
}

Engine::Engine(EnginePorts ports, EngineOptions options) : impl_(std::make_unique<Impl>(ports, std::move(options))) {
  SESSIONCORE_ASSERT(ports.store && ports.channel && ports.agents && ports.policies && ports.clock,
                     "Engine: a port is missing");
  SESSIONCORE_ASSERT(impl_->options.new_chat_id != nullptr, "Engine: new_chat_id is missing");
}

Engine::~Engine() = default;

Result<void> Engine::run(std::span<Input> batch) {
  return impl_->run(batch);
}

Result<std::size_t> Engine::run_due() {
  if (auto settled = impl_->settle_doubts(); !settled) return settled.error();
  if (!impl_->performer.idle()) impl_->performer.run();
  if (auto reported = impl_->report_withdrawn(); !reported) return reported.error();
  const auto next = next_deadline();
  if (!next) return next.error();
  const Instant now = impl_->ports.clock->now();
  if (!*next || **next > now) return std::size_t{0};

  auto due = impl_->ports.store->due(now, impl_->options.due_max);
  if (!due) return due.error();
  std::vector<Input> ticks;
  ticks.reserve(due->size());
  for (ChatId& chat : *due) ticks.push_back({std::move(chat), Tick{}, {}});
  impl_->deadline_known = false;
  if (const auto done = impl_->run(ticks); !done) return done.error();
  return ticks.size();
}

// Those that could not be given it stay listed.
Result<std::size_t> Engine::Impl::recover_listed() {
  const std::size_t listed = to_recover.size();
  Result<void> all;
  std::vector<Input> inputs;
  inputs.reserve(listed);
  for (const ChatId& chat : to_recover) {
    inputs.push_back({chat, Recovered{}, [this, &all, chat](const Result<Reply>& reply) {
                        if (!reply) {
                          all = reply.error();
                          return;
                        }
                        std::erase(to_recover, chat);
                      }});
  }
  if (const auto done = run(inputs); !done) return done.error();
  if (!all) return all.error();
  return listed;
}

Result<std::size_t> Engine::recover() {
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
