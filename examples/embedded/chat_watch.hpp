// Hears of each step after its commit: tells people what they should know, and keeps which chats wait for the account.
#pragma once

#include "settings.hpp"

#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <sessioncore/engine/ports.hpp>

namespace embedded {

using namespace sessioncore;

class ChatWatch final : public EventSink {
 public:
  using Tell = std::function<void(const ChatFacts& chat, const Notify& notice)>;
  ChatWatch(Tell tell, const Settings& settings, PostEvent post)
      : tell_(std::move(tell)), settings_(settings), post_(std::move(post)) {}

  void committed(const Commit& commit) override {
    for (const Effect& effect : commit.decision.effects) {
      if (const auto* notice = std::get_if<Notify>(&effect)) tell_(commit.facts, *notice);
    }
    const bool waits = awaits_account(commit.state);
    keep(commit.facts.id, waits);
    // The account's state has changed since this step was decided: whoever told the chats may have missed this one.
    const bool outdated = commit.decision.policy->account != settings_.account();
    if (waits && outdated) post_(commit.facts.id, AccountChanged{});
  }

  // After a restart each chat that keeps a text for the account is here again once `start` has returned, because it has
  // had its `Recovered` by then.
  [[nodiscard]] std::vector<ChatId> awaiting_account() const {
    const std::lock_guard lock(mutex_);
    return {waiting_.begin(), waiting_.end()};
  }

 private:
  void keep(const ChatId& chat, bool waits) {
    const std::lock_guard lock(mutex_);
    if (waits) waiting_.insert(chat);
    if (!waits) waiting_.erase(chat);
  }

  Tell tell_;
  const Settings& settings_;
  PostEvent post_;
  mutable std::mutex mutex_;
  std::set<ChatId> waiting_;
};

}  // namespace embedded
