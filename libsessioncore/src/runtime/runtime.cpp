#include "runtime/retries.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <thread>

#include <sessioncore/runtime/runtime.hpp>

namespace sessioncore {
namespace {

using detail::Job;
using detail::Retries;

struct Lost {
  Job job;
  Error why;
};

constexpr int kTriesMax = 10;  // of an adapter's event that the store refuses for its content
constexpr Duration kLongestSleep = Duration(500);

}  // namespace

struct Runtime::Impl {
  RuntimeOptions options;
  EnginePorts ports;
  std::unique_ptr<Engine> engine;
  std::thread thread;

  mutable std::mutex mutex;
  std::condition_variable wake;
  std::deque<Job> queue;
  Retries retries;
  bool stopping = false;
  RuntimeStats stats;
  std::chrono::steady_clock::time_point commit_began;  // the engine's thread alone uses it

  explicit Impl(RuntimeOptions given) : options(std::move(given)) {}

  Result<void> enqueue(Job item);
  std::vector<Job> take();
  void loop();
  void run(std::vector<Job> batch);
  void put_back(std::vector<Lost> events);
  bool run_due();
  void report(const Error& error) const {
    if (options.on_error) options.on_error(error);
  }
  void note(bool ok) {
    const std::lock_guard lock(mutex);
    stats.store_ok = ok;
    if (ok) return;
    ++stats.failed_batches;
    stats.last_failure = std::chrono::steady_clock::now();
  }
  void note_commit(Attempt attempt, std::size_t commits);
  Duration until_next_deadline();
};

Result<void> Runtime::Impl::enqueue(Job item) {
  {
    const std::lock_guard lock(mutex);
    if (stopping) return Error{ErrorCode::shutting_down, "the runtime is stopping"};
    if (!item.from_adapter && queue.size() >= options.queue_max) {
      ++stats.refused;
      return Error{ErrorCode::full, "the engine's queue is full"};
    }
    queue.push_back(std::move(item));
  }
  wake.notify_one();
  return {};
}

// Events of a chat that has some waiting wait behind them.
std::vector<Job> Runtime::Impl::take() {
  std::vector<Job> batch;
  for (std::size_t left = std::min(queue.size(), options.batch_max); left > 0; --left) {
    Job job = std::move(queue.front());
    queue.pop_front();
    if (job.from_adapter && retries.precede(job)) {
      retries.push(std::move(job), {});
    } else {
      batch.push_back(std::move(job));
    }
  }
  return batch;
}

Duration Runtime::Impl::until_next_deadline() {
  const auto deadline = engine->next_deadline();
  // With the store out of order there is nothing to be on time for.
  if (!deadline) return options.retry_after_failure;
  if (!*deadline) return kLongestSleep;
  // Never longer than this, because the wall clock may jump.
  return std::clamp(**deadline - ports.clock->now(), Duration(0), kLongestSleep);
}

void Runtime::Impl::loop() {
  for (;;) {
    const auto sleep = std::chrono::steady_clock::now() + until_next_deadline();
    std::vector<Job> batch;
    std::vector<Job> again;
    {
      std::unique_lock lock(mutex);
      stats.last_round = std::chrono::steady_clock::now();
      wake.wait_until(lock, std::min(sleep, retries.next().value_or(sleep)),
                      [&] { return stopping || !queue.empty(); });
      if (stopping && queue.empty() && retries.size() == 0) return;
      batch = take();
      again = retries.take(stopping ? Retries::Time::max() : std::chrono::steady_clock::now(), options.batch_max);
    }
    if (!again.empty()) run(std::move(again));
    if (!batch.empty()) run(std::move(batch));
    if (!run_due()) std::this_thread::sleep_for(options.retry_after_failure);
  }
}

void Runtime::Impl::run(std::vector<Job> batch) {
  std::vector<Lost> lost;  // events of adapters that could not be taken
  std::vector<Input> inputs;
  inputs.reserve(batch.size());
  for (Job& job : batch) {
    if (job.from_adapter) {
      job.input.done = [&lost, copy = job](const Result<Reply>& reply) {
        if (!reply && reply.error().code != ErrorCode::not_found) lost.push_back({copy, reply.error()});
      };
    }
    inputs.push_back(std::move(job.input));
  }
  const auto done = engine->run(inputs);
  note(done.has_value());
  {
    const std::lock_guard lock(mutex);
    stats.inputs += inputs.size();
    ++stats.batches;
  }
  if (!done) report(done.error());
  if (!lost.empty()) put_back(std::move(lost));
}

void Runtime::Impl::put_back(std::vector<Lost> events) {
  std::vector<Error> given_up;
  {
    const std::lock_guard lock(mutex);
    if (stopping) return;
    const auto at = std::chrono::steady_clock::now() + options.retry_after_failure;
    for (auto& [job, why] : events) {
      // An outage is no reason to forget anything; an event that the store keeps refusing is.
      if (why.code != ErrorCode::unavailable && ++job.tries >= kTriesMax) {
        given_up.push_back({why.code, "an event of chat " + std::get<ChatId>(job.input.chat).value +
                                          " could not be stored and is given up: " + why.detail});
      } else {
        retries.push(std::move(job), at);
      }
    }
  }
  for (const Error& error : given_up) report(error);
}

void Runtime::Impl::note_commit(Attempt attempt, std::size_t commits) {
  const auto now = std::chrono::steady_clock::now();
  if (attempt == Attempt::begins) {
    commit_began = now;
    return;
  }
  BatchStats batch{commits, now - commit_began, attempt == Attempt::holds, 0};
  {
    const std::lock_guard lock(mutex);
    if (batch.ok) stats.last_commit = now;
    batch.queued = queue.size() + retries.size();
  }
  if (options.on_batch) options.on_batch(batch);
}

bool Runtime::Impl::run_due() {
  const auto ran = engine->run_due();
  if (ran) {
    if (*ran > 0) note(true);
    return true;
  }
  note(false);
  report(ran.error());
  const std::lock_guard lock(mutex);
  return stopping;
}

Runtime::Runtime(RuntimeOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}

Runtime::~Runtime() {
  stop();
}

Result<void> Runtime::start(EnginePorts ports) {
  impl_->ports = ports;
  EngineOptions engine_options = impl_->options.engine;
  engine_options.on_commit = [impl = impl_.get(), also = engine_options.on_commit](Attempt attempt,
                                                                                   std::size_t commits) {
    impl->note_commit(attempt, commits);
    if (also) also(attempt, commits);
  };
  engine_options.on_error = [impl = impl_.get(), also = engine_options.on_error](const Error& error) {
    impl->report(error);
    if (also) also(error);
  };
  impl_->engine = std::make_unique<Engine>(ports, std::move(engine_options));
  if (const auto recovered = impl_->engine->recover(); !recovered) return recovered.error();
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stats.running = true;
    impl_->stats.last_round = std::chrono::steady_clock::now();
  }
  impl_->thread = std::thread([impl = impl_.get()] { impl->loop(); });
  return {};
}

void Runtime::stop() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
    impl_->stats.running = false;
  }
  impl_->wake.notify_all();
  if (impl_->thread.joinable()) impl_->thread.join();
}

Result<void> Runtime::post(Input input) {
  return impl_->enqueue({std::move(input), false, 0});
}

Result<Reply> Runtime::call(std::variant<ChatId, ChatFacts> chat, Event event) {
  auto promise = std::make_shared<std::promise<Result<Reply>>>();
  auto answer = promise->get_future();
  const auto posted =
      post({std::move(chat), std::move(event), [promise](const Result<Reply>& reply) { promise->set_value(reply); }});
  if (!posted) return posted.error();
  return answer.get();
}

PostEvent Runtime::poster() {
  return [impl = impl_.get()](const ChatId& chat, Event event) {
    // Refused only while stopping; then the next start finds the work in the state.
    (void)impl->enqueue({{chat, std::move(event), {}}, true, 0});
  };
}

RuntimeStats Runtime::stats() const {
  const std::lock_guard lock(impl_->mutex);
  RuntimeStats now = impl_->stats;
  now.queued = impl_->queue.size() + impl_->retries.size();
  return now;
}

}  // namespace sessioncore
