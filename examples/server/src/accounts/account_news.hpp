/// Tells the chats of a tenant what became of its account: those of a former account are moved to the present one, and
/// those that have something to send hear that the account was lost, is back or was removed (R21).
///
/// Through the engine, in bounded batches. What a crash interrupts is found again: the database says which chats are
/// left. Thread rule: one thread.
#pragma once

#include "tenants.hpp"

#include <functional>
#include <memory>
#include <string>

#include <sessioncore/runtime/runtime.hpp>
#include <sessioncore/sqlite/chat_finder.hpp>

namespace sessioncore::server {

class AccountNews {
 public:
  AccountNews(std::string database, Runtime& runtime, const Tenants& tenants);

  /// An error: not all of them know it, try again. `stopping` is asked between batches.
  [[nodiscard]] Result<void> tell(const TenantId& tenant, const std::function<bool()>& stopping);

 private:
  [[nodiscard]] Result<void> move_chats(const TenantConfig& tenant, const std::function<bool()>& stopping);
  [[nodiscard]] Result<void> tell_unfinished(const TenantConfig& tenant, const std::function<bool()>& stopping);

  const std::string database_;
  Runtime& runtime_;
  const Tenants& tenants_;
  std::unique_ptr<sqlite::ChatFinder> finder_;
};

}  // namespace sessioncore::server
