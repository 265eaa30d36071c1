/// Proves a chat's log (P8): gives every stored event to `step()` again, with the policy and the time stored beside it,
/// and compares what comes of it with what is stored.
///
/// Give `add` the decisions in their order, from `LogOrigin::decision` on, then `finish` what the store holds of the
/// chat, all read in one state of the store. The first difference is kept; the replay goes on with what it computes
/// itself. A difference means that the log or the rows were changed by something else than the engine, or that they
/// were written by a version with other rules.
/// Thread rule: one thread at a time; no I/O.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <sessioncore/engine/ports.hpp>

namespace sessioncore {

/// Where a log begins: the state before the decision of this number. An ordinary chat begins empty with number 0.
struct LogOrigin {
  std::uint64_t decision = 0;
  Conversation state{};
};

/// What differs.
enum class ReplayPart { number, time, rules, outcome, phases, effects, message, session, state, chat };
[[nodiscard]] std::string_view to_string(ReplayPart part);

/// One side of a difference: what the difference is about is set.
struct ReplaySide {
  std::optional<Decision> decision{};
  std::optional<StoredMessage> message{};
  std::optional<SessionChanged> session{};
  std::optional<Conversation> state{};
};

struct ReplayDifference {
  /// Of rows and states, which are compared at the end: the number after the last decision.
  std::uint64_t decision = 0;
  ReplayPart part = ReplayPart::outcome;
  std::string detail{};  ///< names what differs; holds no message text
  ReplaySide stored{};
  ReplaySide computed{};
};

class Replay {
 public:
  explicit Replay(LogOrigin origin);

  /// The next decision of the log, with the number it is stored under. False: there is a difference, now or before.
  bool add(std::uint64_t number, const Decision& stored);

  /// After the last decision: what the store holds. Messages and sessions older than the origin may be missing, or be
  /// given and are compared as far as the log speaks of them; the others must be there, as the log made them.
  bool finish(const Conversation& state, std::span<const StoredMessage> messages,
              std::span<const SessionChanged> sessions);
  /// For what a store keeps of a chat beside these, such as columns that lists read: what of it says something else
  /// than `state()` and the rows. Empty: nothing does.
  bool finish_chat(const std::string& what_differs);
  /// As the first, for those who have only the state.
  bool finish(const Conversation& state);

  [[nodiscard]] const Conversation& state() const { return state_; }  ///< after the decisions so far
  [[nodiscard]] std::uint64_t next() const { return next_; }          ///< number of the decision that comes next
  [[nodiscard]] const std::optional<ReplayDifference>& difference() const { return difference_; }

 private:
  void differs(ReplayPart part, std::string detail, ReplaySide stored = {}, ReplaySide computed = {});
  void compare(const Decision& stored, const Decision& again);
  void keep(const Record& record);
  void identify(StoredMessage& message, const ProviderMessageId& id);
  void compare(std::span<const StoredMessage> messages);
  void compare(std::span<const SessionChanged> sessions);
  void compare_older(const StoredMessage& stored, const MessageUpdated& update);

  Conversation state_;
  std::uint64_t next_;
  std::map<MessageNumber, StoredMessage> messages_;  ///< recorded by the log
  std::map<MessageNumber, MessageUpdated> older_;    ///< recorded before the origin: what the log changed of them
  std::map<ProviderMessageId, MessageNumber> identified_;
  std::map<SessionNumber, SessionChanged> sessions_;
  std::optional<ReplayDifference> difference_;
};

}  // namespace sessioncore
