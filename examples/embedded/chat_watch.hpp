// Hears of each step after its commit: tells people what they should know, and keeps which chats are unfinished.
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
    keep(commit.facts.id, commit.needs_recovery);
    // The account's state has changed since this step was decided: whoever told the chats may have missed this one.
    const bool outdated = commit.decision.policy->account != settings_.account();
    if (commit.needs_recovery && outdated) post_(commit.facts.id, AccountChanged{});
  }

  // Among them is each chat that keeps a text until the account is back. They are all here again once `start` has
  // returned after a restart, because each of them had its `Recovered` by then.
  [[nodiscard]] std::vector<ChatId> unfinished() const {
    const std::lock_guard lock(mutex_);
    return {unfinished_.begin(), unfinished_.end()};
  }

 private:
  void keep(const ChatId& chat, bool unfinished) {
    const std::lock_guard lock(mutex_);
    if (unfinished) unfinished_.insert(chat);
    if (!unfinished) unfinished_.erase(chat);
  }

  Tell tell_;
  const Settings& settings_;
  PostEvent post_;
  mutable std::mutex mutex_;
  std::set<ChatId> unfinished_;
};

}  // namespace embedded
