/// Puts numbers on a tenant's blacklist and takes them off, and tells the chats with that number (R14).
///
/// Every event of a chat is decided with the list of that moment, so a chat that was not told, because the process
/// ended in between, is not answered either: its session ends with its next event instead of at once.
/// Thread rule: any thread; waits for the database.
#pragma once

#include "tenants.hpp"

#include <memory>
#include <mutex>
#include <string>

#include <sessioncore/runtime/runtime.hpp>
#include <sessioncore/sqlite/chat_finder.hpp>

namespace sessioncore::server {

class Blacklist {
 public:
  Blacklist(std::string database, Runtime& runtime, Tenants& tenants);

  /// `phone` is normalised. False: it was there already; its chats are told all the same. Throws `HttpError` 503.
  bool add(const TenantId& tenant, const std::string& phone);
  /// False: it was not there.
  bool remove(const TenantId& tenant, const std::string& phone);
  /// For a number that came on or off the list another way. Throws `HttpError` 503.
  void tell_chats(const TenantId& tenant, const std::string& phone);

 private:
  const std::string database_;
  Runtime& runtime_;
  Tenants& tenants_;
  std::mutex mutex_;
  std::unique_ptr<sqlite::ChatFinder> finder_;
};

}  // namespace sessioncore::server
