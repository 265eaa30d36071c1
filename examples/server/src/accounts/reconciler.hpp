/// Fetches the messages that were missed while the account was disconnected or this server was down, and gives them to
/// the engine, which decides what they still mean (R25).
///
/// From where the last search ended; what is stored already is left out. See ADR 0137. Thread rule: one thread calls
/// `run`, `stop` from any.
#pragma once

#include "tenants.hpp"

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sessioncore/runtime/runtime.hpp>
#include <sessioncore/sqlite/chat_finder.hpp>
#include <sessioncore/unipile/history.hpp>

namespace sessioncore::server {

struct ReconcileOptions {
  unipile::ClientOptions client;
  std::string database;
  Duration reach{0};  ///< how far back it looks at most; 0: not at all
};

class Reconciler {
 public:
  Reconciler(ReconcileOptions options, Runtime& runtime, Tenants& tenants, Clock& clock);

  /// Told as soon as whatever known chats have missed is with the engine, or will never be listed.
  using HeardOut = std::function<void()>;

  /// Whether this tenant has an account whose missed messages are looked for.
  [[nodiscard]] bool concerns(const TenantConfig& tenant) const;
  /// Does all of it for one tenant. How long to wait before another try; empty: done, or nothing to do.
  [[nodiscard]] std::optional<Duration> run(const TenantId& tenant, const HeardOut& heard_out);
  /// Ends the request under way.
  void stop();

 private:
  struct Missed {
    ChatFacts facts;  ///< without an id
    Event event;
    Instant at;
  };
  using Chats = std::map<std::string, std::vector<Missed>>;
  struct Found {
    Chats known;
    Chats unknown;  ///< to be looked up
  };

  [[nodiscard]] Result<void> reconcile(const TenantConfig& tenant, const HeardOut& heard_out);
  [[nodiscard]] Result<std::optional<Instant>> begin_of(const TenantConfig& tenant, Instant now);
  [[nodiscard]] Result<std::vector<unipile::ListedMessage>> list(const TenantConfig& tenant, Instant after);
  [[nodiscard]] Result<Found> missed_of(const TenantConfig& tenant, std::vector<unipile::ListedMessage>&& listed,
                                        Instant now);
  /// Empty: there is nothing to tell of this message.
  [[nodiscard]] Result<std::optional<Missed>> missed_from(const TenantConfig& tenant, unipile::ListedMessage&& entry,
                                                          Instant now, std::map<std::string, bool>& known_chats);
  /// Looks up the chats that are new and gives each at once; the error of one that cannot be looked up now is the last
  /// thing to be returned.
  [[nodiscard]] Result<void> give_new(const TenantConfig& tenant, Chats&& chats, Instant now);
  /// False: the chat is none of ours.
  [[nodiscard]] Result<bool> complete(std::vector<Missed>& messages);
  /// All of it, or an error.
  [[nodiscard]] Result<void> give(Chats&& chats, const Policy& policy, Instant now);
  void keep_mark(const TenantConfig& tenant, Instant until);

  const ReconcileOptions options_;
  unipile::UnipileHistory history_;
  Runtime& runtime_;
  Tenants& tenants_;
  Clock& clock_;
  std::unique_ptr<sqlite::ChatFinder> finder_;
  std::map<TenantId, std::uint32_t> failures_;
  /// Chats that could not be looked up, and how often the service did not know them.
  std::map<TenantId, std::map<std::string, std::uint32_t>> troubled_;
  std::atomic<bool> stopping_{false};
};

}  // namespace sessioncore::server
