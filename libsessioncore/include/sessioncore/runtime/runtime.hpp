/// Threads and a real clock around the engine: one engine thread, one bounded queue, group commit.
///
/// The engine thread takes whatever has queued, up to `batch_max`, and commits it as one transaction; no delay is added
/// to wait for more. Between batches it runs the deadlines that have come.
///
/// Order at the start: construct the runtime, build the adapters with `poster()`, `start`. Order at the end: stop
/// what gives it inputs, such as an HTTP server; stop the adapters, so that the results of what is on its way are still
/// stored; `stop` the runtime; let go of the ports. Until then the engine may call a port that has been stopped, which
/// does nothing: what it leaves undone is in the state, and the next start finds it.
///
/// Thread rule: every member may be called from any thread, except `start` and `stop`, which belong to the owner, and
/// `call`, which waits for the engine's thread and so must not be called from it: not by a port, a sink or a `done`.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include <sessioncore/engine/engine.hpp>

namespace sessioncore {

/// One transaction of the store.
struct BatchStats {
  std::size_t commits = 0;  ///< steps stored together
  std::chrono::nanoseconds took{0};
  bool ok = true;
  std::size_t queued = 0;  ///< inputs that wait for the next one, or for another try
};

/// Each bound, and the time, must be more than 0.
struct RuntimeOptions {
  std::size_t queue_max = 10'000;  ///< inputs waiting; more are refused with `full`
  std::size_t batch_max = 256;
  /// Before what the store failed at is tried again: deadlines, and events of adapters, which hold up nothing
  /// meanwhile.
  Duration retry_after_failure = Duration(200);
  EngineOptions engine{};  ///< without `on_error`: the next one is told of the same, and of more
  /// Told of failures that no caller can be told of: a commit of deadlines that failed, an adapter's event that the
  /// store keeps refusing and that is given up, and what `EngineOptions::on_error` is told of. Called in the engine's
  /// thread, or in that of `start`. Must not block or throw.
  std::function<void(const Error&)> on_error{};
  /// Told of each transaction, in the engine's thread; `start` counts, too. Must not block or throw.
  std::function<void(const BatchStats&)> on_batch{};
};

struct RuntimeStats {
  std::uint64_t inputs = 0;
  std::uint64_t batches = 0;
  std::uint64_t refused = 0;
  std::uint64_t failed_batches = 0;
  std::size_t queued = 0;
  bool store_ok = true;  ///< the last commit succeeded, if there was one
  bool running = false;  ///< recovered what was left, and not told to stop
  /// When the engine's thread last began a round. A round never takes long unless the store or a port blocks it: the
  /// thread is not idle for more than half a second.
  std::chrono::steady_clock::time_point last_round{};
  std::optional<std::chrono::steady_clock::time_point> last_commit{};   ///< that succeeded
  std::optional<std::chrono::steady_clock::time_point> last_failure{};  ///< of the store
};

class Runtime {
 public:
  explicit Runtime(RuntimeOptions options);
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  /// Recovers what a former run left unfinished, then starts the engine thread. If it fails it may be called again,
  /// with the same ports: it goes on where it failed. A runtime that has been stopped starts no more.
  Result<void> start(EnginePorts ports);
  /// Refuses new inputs, finishes what is queued, joins. If it never started, what is queued is answered with
  /// `shutting_down`. Safe to call twice.
  void stop();

  /// Queues an input; `full` or `shutting_down` if it was not taken (then `done` is never called).
  Result<void> post(Input input);
  /// Queues an input and waits for its answer.
  Result<Reply> call(std::variant<ChatId, ChatFacts> chat, Event event);
  /// For adapters. Events of adapters are never refused for a full queue: they are answers to what we asked. What the
  /// store does not take is tried again, those of one chat in order. It may outlive the runtime; then it does nothing.
  [[nodiscard]] PostEvent poster();

  [[nodiscard]] RuntimeStats stats() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;  // posters look whether it is still there
};

}  // namespace sessioncore
