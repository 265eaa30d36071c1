// What the business has configured, and what is known at this moment of its account and of each contact.
#pragma once

#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include <sessioncore/engine/ports.hpp>

namespace embedded {

using namespace sessioncore;

// The engine's thread asks, any other may change. Who changes something tells the chats that it concerns, afterwards.
class Settings final : public PolicySource {
 public:
  explicit Settings(Policy policy) : policy_(std::move(policy)) { remake(); }

  std::shared_ptr<const Policy> policy(const ChatFacts& chat) override {
    const std::lock_guard lock(mutex_);
    return blocked_.contains(chat.key.external_id) ? for_blocked_ : for_others_;
  }

  void set_blocked(const std::string& contact, bool blocked) {
    const std::lock_guard lock(mutex_);
    if (blocked) blocked_.insert(contact);
    if (!blocked) blocked_.erase(contact);
  }
  void set_account(AccountState state) {
    const std::lock_guard lock(mutex_);
    policy_.account = state;
    remake();
  }
  [[nodiscard]] AccountState account() const {
    const std::lock_guard lock(mutex_);
    return policy_.account;
  }

 private:
  // The same pointer for as long as nothing changes: a store keeps one copy for each.
  void remake() {
    for_others_ = std::make_shared<const Policy>(policy_);
    Policy blocked = policy_;
    blocked.blacklisted = true;
    for_blocked_ = std::make_shared<const Policy>(blocked);
  }

  mutable std::mutex mutex_;
  Policy policy_;
  std::set<std::string> blocked_;
  std::shared_ptr<const Policy> for_others_;
  std::shared_ptr<const Policy> for_blocked_;
};

}  // namespace embedded
