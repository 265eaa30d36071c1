#include "engine/batch.hpp"
#include "engine/performer.hpp"

#include <algorithm>

#include <sessioncore/assert.hpp>
#include <sessioncore/engine/engine.hpp>

namespace sessioncore {

struct Engine::Impl {
  EnginePorts ports;
  EngineOptions options;
  detail::ChatCache cache;
  detail::Performer performer;
  std::optional<Instant> deadline;  // the earliest one, or earlier
  bool deadline_known = false;

  Impl(EnginePorts given, EngineOptions opts)
      : ports(given), options(std::move(opts)), cache(options.cache_max), performer(ports, options) {}

  void at_point(int point) const {
    if (options.at_point) options.at_point(point);
  }
  Result<void> run(std::span<Input> inputs);
  void note_deadlines(const std::vector<Commit>& commits);
};

Result<void> Engine::Impl::run(std::span<Input> inputs) {
  at_point(1);
  detail::Batch batch(ports, options, cache, ports.clock->now());
  std::vector<Result<Reply>> replies;
  replies.reserve(inputs.size());
  for (Input& input : inputs) replies.push_back(batch.add(input.chat, std::move(input.event)));
  at_point(2);

  Result<void> committed;
  if (!batch.commits().empty()) committed = ports.store->commit(batch.commits());
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
  if (!committed) return committed;

  for (const Commit& commit : batch.commits()) {
    if (ports.sink != nullptr) ports.sink->committed(commit);
    performer.add(commit);
  }
  performer.run();
  at_point(6);
  return {};
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
  if (!impl_->performer.idle()) impl_->performer.run();
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

Result<std::size_t> Engine::recover() {
  std::size_t total = 0;
  for (ChatId after;;) {
    auto chats = impl_->ports.store->recoverable(after, impl_->options.due_max);
    if (!chats) return chats.error();
    if (chats->empty()) return total;
    after = chats->back();
    total += chats->size();
    std::vector<Input> inputs;
    inputs.reserve(chats->size());
    for (ChatId& chat : *chats) inputs.push_back({std::move(chat), Recovered{}, {}});
    if (const auto done = impl_->run(inputs); !done) return done.error();
  }
}

Result<std::optional<Instant>> Engine::next_deadline() {
  if (!impl_->deadline_known) {
    auto stored = impl_->ports.store->next_deadline();
    if (!stored) return stored.error();
    impl_->deadline = *stored;
    impl_->deadline_known = true;
  }
  return impl_->deadline;
}

}  // namespace sessioncore
