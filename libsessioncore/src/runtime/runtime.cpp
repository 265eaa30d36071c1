#include <algorithm>
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <thread>

#include <sessioncore/runtime/runtime.hpp>

namespace sessioncore {
namespace {

// An input in the queue. What an adapter reports has no caller who would try again: it is tried again here.
struct Job {
  Input input;
  bool from_adapter = false;
  int tries = 0;
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
  bool stopping = false;
  RuntimeStats stats;
  std::chrono::steady_clock::time_point commit_began;  // the engine's thread alone uses it

  explicit Impl(RuntimeOptions given) : options(std::move(given)) {}

  Result<void> enqueue(Job item);
  std::vector<Job> take();
  void loop();
  void run(std::vector<Job> batch);
  void put_back(std::vector<Job> events, const Error& why);
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

std::vector<Job> Runtime::Impl::take() {
  const std::size_t count = std::min(queue.size(), options.batch_max);
  std::vector<Job> batch(std::make_move_iterator(queue.begin()),
                         std::make_move_iterator(queue.begin() + static_cast<std::ptrdiff_t>(count)));
  queue.erase(queue.begin(), queue.begin() + static_cast<std::ptrdiff_t>(count));
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
    const Duration sleep = until_next_deadline();
    std::vector<Job> batch;
    {
      std::unique_lock lock(mutex);
      stats.last_round = std::chrono::steady_clock::now();
      wake.wait_for(lock, sleep, [&] { return stopping || !queue.empty(); });
      if (stopping && queue.empty()) return;
      batch = take();
    }
    if (!batch.empty()) run(std::move(batch));
    if (!run_due()) std::this_thread::sleep_for(options.retry_after_failure);
  }
}

void Runtime::Impl::run(std::vector<Job> batch) {
  std::vector<Job> lost;  // events of adapters that could not be taken
  Error why;
  std::vector<Input> inputs;
  inputs.reserve(batch.size());
  for (Job& job : batch) {
    if (job.from_adapter) {
      job.input.done = [&lost, &why, copy = job](const Result<Reply>& reply) {
        if (reply || reply.error().code == ErrorCode::not_found) return;
        lost.push_back(copy);
        why = reply.error();
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
  if (!lost.empty()) put_back(std::move(lost), why);
}

void Runtime::Impl::put_back(std::vector<Job> events, const Error& why) {
  {
    const std::lock_guard lock(mutex);
    for (auto event = events.rbegin(); event != events.rend(); ++event) {
      // An outage is no reason to forget anything; an event that the store keeps refusing is.
      if (why.code != ErrorCode::unavailable && ++event->tries >= kTriesMax) continue;
      if (!stopping) queue.push_front(std::move(*event));
    }
    if (stopping) return;
  }
  std::this_thread::sleep_for(options.retry_after_failure);
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
    batch.queued = queue.size();
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
  now.queued = impl_->queue.size();
  return now;
}

}  // namespace sessioncore
