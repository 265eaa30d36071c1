#include "runtime/retries.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <thread>

#include <sessioncore/assert.hpp>
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
  using Time = std::chrono::steady_clock::time_point;

  RuntimeOptions options;
  EnginePorts ports;
  std::unique_ptr<Engine> engine;
  std::thread thread;
  std::atomic<std::thread::id> engine_thread{};  // the one that runs the engine now
  Time due_retry_at;                             // deadlines that failed wait until then; the engine's thread's alone

  mutable std::mutex mutex;
  std::condition_variable wake;
  std::deque<Job> queue;
  Retries retries;
  bool stopping = false;
  RuntimeStats stats;
  Time commit_began;  // the engine's thread alone uses it

  explicit Impl(RuntimeOptions given) : options(std::move(given)) {}

  std::unique_ptr<Engine> make_engine(EnginePorts given);
  Result<void> enqueue(Job item);
  std::vector<Job> take();
  void loop();
  void run(std::vector<Job> batch);
  void put_back(std::vector<Lost> events);
  void run_due();
  void answer_rest();
  void report(const Error& error) const {
    if (options.on_error) options.on_error(error);
  }
  void note_failure() {
    const std::lock_guard lock(mutex);
    ++stats.failed_batches;
    stats.last_failure = std::chrono::steady_clock::now();
  }
  void note_commit(Attempt attempt, std::size_t commits);
  Time next_round();
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

// When to look at the deadlines. Never later than in half a second, because the wall clock may jump.
Runtime::Impl::Time Runtime::Impl::next_round() {
  const auto now = std::chrono::steady_clock::now();
  const auto deadline = engine->next_deadline();
  Duration pause = kLongestSleep;
  if (!deadline) pause = Duration(0);  // what is wrong with the store shows when the deadlines are run
  if (deadline && *deadline) pause = std::clamp(**deadline - ports.clock->now(), Duration(0), kLongestSleep);
  return std::clamp(due_retry_at, now + pause, now + kLongestSleep);
}

void Runtime::Impl::loop() {
  engine_thread = std::this_thread::get_id();
  for (;;) {
    const auto sleep = next_round();
    std::vector<Job> batch;
    std::vector<Job> again;
    {
      std::unique_lock lock(mutex);
      stats.last_round = std::chrono::steady_clock::now();
      wake.wait_until(lock, std::min(sleep, retries.next().value_or(sleep)),
                      [&] { return stopping || !queue.empty(); });
      if (stopping && queue.empty() && retries.size() == 0) return;
      batch = take();
      again = retries.take(stopping ? Time::max() : std::chrono::steady_clock::now(), options.batch_max);
    }
    if (!again.empty()) run(std::move(again));
    if (!batch.empty()) run(std::move(batch));
    run_due();
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
  {
    const std::lock_guard lock(mutex);
    stats.inputs += inputs.size();
    ++stats.batches;
  }
  if (!done) {
    note_failure();
    report(done.error());
  }
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
    stats.store_ok = batch.ok;
    if (batch.ok) stats.last_commit = now;
    batch.queued = queue.size() + retries.size();
  }
  if (options.on_batch) options.on_batch(batch);
}

// Deadlines that the store failed at are tried again after a while, and hold up no input meanwhile.
void Runtime::Impl::run_due() {
  const auto now = std::chrono::steady_clock::now();
  if (now < due_retry_at) return;
  const auto ran = engine->run_due();
  if (ran) return;
  due_retry_at = now + options.retry_after_failure;
  note_failure();
  report(ran.error());
}

// What nobody takes from the queue any more.
void Runtime::Impl::answer_rest() {
  std::deque<Job> rest;
  {
    const std::lock_guard lock(mutex);
    rest.swap(queue);
  }
  for (const Job& job : rest) {
    if (job.input.done) job.input.done(Error{ErrorCode::shutting_down, "the runtime has stopped"});
  }
}

std::unique_ptr<Engine> Runtime::Impl::make_engine(EnginePorts given) {
  ports = given;
  EngineOptions engine_options = options.engine;
  engine_options.on_commit = [this, also = engine_options.on_commit](Attempt attempt, std::size_t commits) {
    note_commit(attempt, commits);
    if (also) also(attempt, commits);
  };
  engine_options.on_error = [this](const Error& error) { report(error); };
  return std::make_unique<Engine>(ports, std::move(engine_options));
}

Runtime::Runtime(RuntimeOptions options) : impl_(std::make_shared<Impl>(std::move(options))) {
  const RuntimeOptions& given = impl_->options;
  SESSIONCORE_ASSERT(given.queue_max > 0, "Runtime: queue_max must be more than 0");
  SESSIONCORE_ASSERT(given.batch_max > 0, "Runtime: batch_max must be more than 0");
  SESSIONCORE_ASSERT(given.retry_after_failure > Duration(0), "Runtime: retry_after_failure must be more than 0");
  SESSIONCORE_ASSERT(!given.engine.on_error, "Runtime: on_error belongs to RuntimeOptions, not to its engine");
}

Runtime::~Runtime() {
  stop();
}

Result<void> Runtime::start(EnginePorts ports) {
  Impl& impl = *impl_;
  {
    const std::lock_guard lock(impl.mutex);
    SESSIONCORE_ASSERT(!impl.stats.running && !impl.stopping, "Runtime::start: it runs already, or has been stopped");
  }
  // Another try goes on with the engine that knows which chats had their `Recovered` (P5).
  if (!impl.engine) impl.engine = impl.make_engine(ports);
  SESSIONCORE_ASSERT(impl.ports.store == ports.store, "Runtime::start: another store than at the first try");
  impl.engine_thread = std::this_thread::get_id();
  const auto recovered = impl.engine->recover();
  impl.engine_thread = std::thread::id();
  if (!recovered) return recovered.error();
  {
    const std::lock_guard lock(impl.mutex);
    impl.stats.running = true;
    impl.stats.last_round = std::chrono::steady_clock::now();
  }
  impl.thread = std::thread([&impl] { impl.loop(); });
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
  impl_->engine_thread = std::thread::id();
  impl_->answer_rest();
}

Result<void> Runtime::post(Input input) {
  return impl_->enqueue({std::move(input), false, 0});
}

Result<Reply> Runtime::call(std::variant<ChatId, ChatFacts> chat, Event event) {
  SESSIONCORE_ASSERT(impl_->engine_thread.load() != std::this_thread::get_id(),
                     "Runtime::call: the engine's own thread would wait for itself");
  auto promise = std::make_shared<std::promise<Result<Reply>>>();
  auto answer = promise->get_future();
  const auto posted =
      post({std::move(chat), std::move(event), [promise](const Result<Reply>& reply) { promise->set_value(reply); }});
  if (!posted) return posted.error();
  return answer.get();
}

PostEvent Runtime::poster() {
  return [held = std::weak_ptr(impl_)](const ChatId& chat, Event event) {
    // Refused only while stopping, or gone; then the next start finds the work in the state.
    if (const auto impl = held.lock()) (void)impl->enqueue({{chat, std::move(event), {}}, true, 0});
  };
}

RuntimeStats Runtime::stats() const {
  const std::lock_guard lock(impl_->mutex);
  RuntimeStats now = impl_->stats;
  now.queued = impl_->queue.size() + impl_->retries.size();
  return now;
}

}  // namespace sessioncore
