/// The engine: load, step, commit, then hand out effects. It decides nothing.
///
/// For each batch of inputs it loads the chats (from a bounded cache over the store), steps each event, commits all
/// steps in one transaction, and only then answers the callers and hands effects to the ports, in order. A commit that
/// fails discards the whole batch and the cached states: every caller gets the error, and the next attempt starts from
/// what is stored. After `conflict` and `invalid_argument` nothing has happened. After any other error the batch may be
/// stored all the same: the next call looks, and if so hands out what follows from it. So who tries again must name
/// what it repeats, as a provider's message does (P2); a command without a name may take effect twice.
///
/// The numbered points of one batch, at which a crash must be survivable (the simulator crashes at each of them):
///  1 inputs taken · 2 stepped, nothing stored · 3 committed, nobody answered · 4 callers answered, nothing performed ·
///  5 between two effects · 6 effects handed out.
///
/// Thread rule: one thread at a time, and never from a port, a sink or a `done`. Deterministic: same store, same
/// inputs, same clock readings, same effects.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include <sessioncore/engine/ports.hpp>

namespace sessioncore {

/// What an input is answered with after the commit.
struct Reply {
  ChatId chat{};
  Outcome outcome{};
  Phase phase = Phase::none;  ///< after the step
};

/// One event on its way to the engine.
struct Input {
  /// A known chat, or the facts of a chat: then the chat with their key is looked up, and created for messages of
  /// people. Name, phone and account of a known chat are brought up to date by those that are not empty.
  std::variant<ChatId, ChatFacts> chat{};
  Event event{};
  /// Called once, in the engine's thread, after the commit or after its failure. `not_found`: no such chat, and the
  /// event is none that opens one. May be empty. Must not call back into the engine.
  std::function<void(const Result<Reply>&)> done{};
};

/// All of them must outlive the engine, or the runtime's `stop`.
struct EnginePorts {
  Store* store = nullptr;
  Channel* channel = nullptr;
  AgentConnector* agents = nullptr;
  PolicySource* policies = nullptr;
  Clock* clock = nullptr;
  EventSink* sink = nullptr;  ///< may be null
};

/// An attempt to commit: it begins, then it holds or fails.
enum class Attempt { begins, holds, fails };

/// Each bound must be more than 0.
struct EngineOptions {
  std::function<ChatId()> new_chat_id{};      ///< must never return the same id twice
  std::size_t cache_max = 100'000;            ///< chats kept in memory
  std::size_t due_max = 256;                  ///< deadlines run in one batch
  std::size_t quarantine_max = 10'000;        ///< chats that cannot be read and wait for another try, see `run_due`
  std::function<void(int point)> at_point{};  ///< tests only: called at each numbered point
  /// Told when the store is given so many commits at once, and when it is done. Must not block or throw.
  std::function<void(Attempt, std::size_t commits)> on_commit{};
  /// Told of what no caller can be told of: chats that could not be read when something fell due in them, when they
  /// were to be recovered, or when it was to be told whether a batch was stored; texts to be sent, and questions to the
  /// agent, that cannot be read; once, each chat whose time runs more than a minute ahead of the clock. Must not block
  /// or throw.
  std::function<void(const Error&)> on_error{};
};

class Engine {
 public:
  Engine(EnginePorts ports, EngineOptions options);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Runs one batch, and moves the events out of it. Every `done` has been called when it returns. The error is the
  /// commit's, if it failed.
  Result<void> run(std::span<Input> batch);

  /// Gives a `Tick` to the chats whose deadline has come, at most `due_max`. Returns how many; 0: none was due.
  /// A chat that cannot be read holds up no other: `on_error` hears of it, and it is tried again after a second, or
  /// after a minute if trying again cannot help by itself. The error is the store's, or that of too many such chats.
  Result<std::size_t> run_due();

  /// Gives `Recovered` to each chat that needs it; returns how many had it. Call before anything else, and again until
  /// it succeeds: it goes on where it failed. A chat that cannot be read holds up no other: `on_error` hears of it, and
  /// it has its `Recovered` with the next start.
  Result<std::size_t> recover();

  /// The earliest deadline of any chat; empty: none. Cheap: the store is asked only after deadlines ran.
  Result<std::optional<Instant>> next_deadline();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sessioncore
