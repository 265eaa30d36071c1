/// What the engine needs from outside: the only virtual functions of the library.
///
/// An adapter makes one attempt and reports what happened as an event; it holds no rule and retries nothing. The test
/// for each file of an adapter is "could this contain a business rule?"; if so, it is in the wrong place.
/// No port may throw: what fails is an `Error`, or an event. Thread rule: the engine calls every port from its own
/// thread. `Channel` and `AgentConnector` must not block it: they do their work elsewhere and report through
/// `PostEvent`, which may be called from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <sessioncore/core/step.hpp>
#include <sessioncore/result.hpp>

namespace sessioncore {

/// How the outside world names a chat. One chat per tenant, channel and external id.
struct ChatKey {
  TenantId tenant{};
  std::string channel{};      ///< the adapter that carries it, such as "webchat"
  std::string external_id{};  ///< the provider's id of the chat
  friend bool operator==(const ChatKey&, const ChatKey&) = default;
};

/// What is known of a chat besides its state. Nothing here decides anything. The engine gives `id` and `created_at`;
/// those of an `Input` are not looked at.
struct ChatFacts {
  ChatId id{};
  ChatKey key{};
  AccountId account{};  ///< the connected account it runs through; may change after a reconnect
  std::string contact_name{};
  std::string contact_phone{};  ///< E.164 with "+", or empty when the channel hides it (R16)
  Instant created_at{};
  friend bool operator==(const ChatFacts&, const ChatFacts&) = default;
};

struct StoredChat {
  ChatFacts facts{};
  Conversation state{};
};

/// One decision, for the audit log: enough to replay it (P8) and to explain it.
struct Decision {
  Instant at{};                            ///< the `now` the step was given
  std::shared_ptr<const Policy> policy{};  ///< never null
  Event event{};
  Outcome outcome{};
  Phase before = Phase::none;
  Phase after = Phase::none;
  std::vector<Effect> effects{};
};

/// What one step leaves to be stored. Several commits of one chat in a batch follow each other in order.
struct Commit {
  ChatFacts facts{};
  bool facts_changed = false;          ///< true also when the chat is new
  std::uint64_t expected_version = 0;  ///< version in the store before this commit; 0 with no row: the chat is new
  Conversation state{};
  std::optional<Instant> deadline{};  ///< `next_deadline(state)`
  bool needs_recovery = false;        ///< `needs_recovery(state)`
  std::vector<Record> records{};
  Decision decision{};
  std::optional<Conversation> before{};  ///< the state this step was given, for sinks; empty: the chat is new
};

/// A message as the store returns it.
struct StoredMessage : MessageRecorded {
  bool deleted = false;
};

/// Changes what the update names, all but the provider's id: the first message under an id keeps it.
inline void apply_update(StoredMessage& message, const MessageUpdated& update) {
  if (update.delivery) message.delivery = *update.delivery;
  if (update.delivery_error) message.delivery_error = *update.delivery_error;
  if (update.text) message.text = *update.text;
  message.deleted = message.deleted || update.deleted;
}

/// The order in which people read messages: by the channel's clock, those of one time as they arrived (R25).
[[nodiscard]] inline bool written_before(const MessageRecorded& left, const MessageRecorded& right) {
  if (left.provider_time != right.provider_time) return left.provider_time < right.provider_time;
  return left.number < right.number;
}

/// Durable storage. Synchronous: the engine owns the calling thread. Passes `testing/store_contract.hpp`.
///
/// The code of an error decides what happens next. Of any member: `unavailable` is tried again soon; `corrupt`, for
/// what is stored and cannot be read, concerns that chat alone, is told of, and is left alone for a while. Of `commit`
/// also `conflict` and `invalid_argument`: then surely nothing is stored. What does not exist is an empty answer, no
/// error.
class Store {
 public:
  virtual ~Store() = default;
  /// The chat under this key, or empty.
  [[nodiscard]] virtual Result<std::optional<ChatId>> find_chat(const ChatKey& key) = 0;
  /// Facts and state, or empty.
  [[nodiscard]] virtual Result<std::optional<StoredChat>> load(const ChatId& chat) = 0;
  /// The message stored under this provider id in this chat, or empty. The key of P2.
  [[nodiscard]] virtual Result<std::optional<MessageNumber>> find_message(const ChatId& chat,
                                                                          const ProviderMessageId& id) = 0;
  /// Stores all commits in one durable transaction, or none. `conflict` if a version is not the expected one, or a
  /// chat's key, a message's number or a provider id of a new message is taken; `invalid_argument` if a commit makes no
  /// sense. After any other error the engine looks itself whether they were stored.
  [[nodiscard]] virtual Result<void> commit(std::span<const Commit> batch) = 0;
  /// Chats whose stored deadline is at or before `now`, earliest first, at most `max`.
  [[nodiscard]] virtual Result<std::vector<ChatId>> due(Instant now, std::size_t max) = 0;
  /// The earliest stored deadline, or empty.
  [[nodiscard]] virtual Result<std::optional<Instant>> next_deadline() = 0;
  /// Chats stored with `needs_recovery`, in id order after `after`, at most `max`.
  [[nodiscard]] virtual Result<std::vector<ChatId>> recoverable(const ChatId& after, std::size_t max) = 0;
  /// The named messages, in the order asked for; numbers that do not exist are left out.
  [[nodiscard]] virtual Result<std::vector<StoredMessage>> messages(const ChatId& chat,
                                                                    std::span<const MessageNumber> numbers) = 0;
  /// The latest messages of one session by (provider time, number), oldest first, at most `max` (R25).
  [[nodiscard]] virtual Result<std::vector<StoredMessage>> latest_messages(const ChatId& chat, SessionNumber session,
                                                                           std::size_t max) = 0;
  /// The audit log of a chat from decision `from` on (0 = first), oldest first, at most `max`.
  [[nodiscard]] virtual Result<std::vector<Decision>> decisions(const ChatId& chat, std::uint64_t from,
                                                                std::size_t max) = 0;
};

/// Reports an event for a chat. Callable from any thread; never blocks for long.
using PostEvent = std::function<void(const ChatId& chat, Event event)>;

/// Carries messages to contacts.
class Channel {
 public:
  virtual ~Channel() = default;
  /// One attempt to send `text`; reports `SendSucceeded` or `SendFailed` with this `send`.
  virtual void send(const ChatFacts& chat, const SendId& send, const std::string& text) = 0;
  /// Takes back a send that has not begun, and reports `SendFailed` with `withdrawn` for it. If it has begun or is not
  /// known, nothing happens: its result comes as usual. A channel that begins at once has nothing to take back.
  virtual void recall(const ChatFacts& chat, const SendId& send) = 0;
  /// Reports every message sent from the account in this chat since `since` as `SelfMessage`; at worst reports nothing.
  virtual void list_sent(const ChatFacts& chat, Instant since) = 0;
};

/// One link to the agent: a chat has at most one that counts, the one with the current generation.
struct LinkId {
  ChatId chat{};
  Generation generation = 0;
  friend bool operator==(const LinkId&, const LinkId&) = default;
};

/// Talks to AI agents.
class AgentConnector {
 public:
  virtual ~AgentConnector() = default;
  /// Opens a link; reports `LinkReady` or `LinkClosed`, then `AgentReplied`, `AgentToolCalled`, `LinkClosed`.
  virtual void open(const LinkId& link, const AgentId& agent, const ChatFacts& chat) = 0;
  /// Asks on a link that was reported ready. A non-empty `context` is told before the question. The link may be lost or
  /// unknown by now: then nothing happens, since its `LinkClosed` tells all, or the question's time runs out.
  virtual void ask(const LinkId& link, const std::string& context, const std::string& question) = 0;
  virtual void answer_tool(const LinkId& link, const std::string& call_id, bool ok) = 0;
  /// Ends the link; nothing needs to be reported after that.
  virtual void close(const LinkId& link) = 0;
};

/// The configuration in force for a chat at this moment.
class PolicySource {
 public:
  virtual ~PolicySource() = default;
  /// Never null. Return the same pointer while nothing has changed: the store keeps one copy for each pointer.
  [[nodiscard]] virtual std::shared_ptr<const Policy> policy(const ChatFacts& chat) = 0;
};

class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant now() = 0;
};

/// Hears of each step after its commit: live views, notifications, metrics. Must not block or throw. At most once: of
/// what a crash cut off between commit and sink it never hears, so whoever must not miss anything reads the store.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void committed(const Commit& commit) = 0;
};

}  // namespace sessioncore
