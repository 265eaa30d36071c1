#include "chat_queue.hpp"

#include <algorithm>
#include <utility>

namespace sessioncore::unipile::transport {
namespace {

bool is_send(const Job& job) {
  return std::holds_alternative<SendJob>(job.what);
}

bool is_list(const Job& job) {
  return std::holds_alternative<ListJob>(job.what);
}

}  // namespace

ChatQueue::Pushed ChatQueue::push(Job& job) {
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return Pushed::closed;
    Account& account = accounts_[job.chat.account];
    if (account.waiting >= waiting_max_) return Pushed::full;
    ++account.waiting;
    const auto [chat, is_new] = chats_.try_emplace(job.chat.id);
    if (is_new) make_ready(job.chat.id, job.chat.account);
    if (is_send(job)) drop_lists(chat->second);
    chat->second.push_back(std::move(job));
  }
  takeable_.notify_one();
  return Pushed::yes;
}

// They may be another account's than what comes next: a chat moves when its business connects another one.
void ChatQueue::drop_lists(std::deque<Job>& jobs) {
  for (const Job& job : jobs) {
    if (is_list(job)) --accounts_[job.chat.account].waiting;
  }
  std::erase_if(jobs, is_list);
}

// A chat whose account is busy waits apart: whoever takes never looks through them.
void ChatQueue::make_ready(const ChatId& chat, const AccountId& account) {
  Account& its = accounts_[account];
  (its.under_way < under_way_max_ ? ready_ : its.held).push_back(chat);
}

std::optional<Job> ChatQueue::next() {
  while (!ready_.empty()) {
    auto& jobs = chats_.find(ready_.front())->second;
    Account& account = accounts_[jobs.front().chat.account];
    if (account.under_way >= under_way_max_) {
      account.held.push_back(std::move(ready_.front()));
      ready_.pop_front();
      continue;
    }
    ready_.pop_front();
    auto job = std::move(jobs.front());
    jobs.pop_front();
    --account.waiting;
    ++account.under_way;
    ++under_way_;
    return job;
  }
  return std::nullopt;
}

std::optional<Job> ChatQueue::take() {
  std::unique_lock lock(mutex_);
  ++takers_;
  std::optional<Job> job;
  takeable_.wait(lock, [&] { return closed_ || (job = next()).has_value(); });
  --takers_;
  return job;
}

bool ChatQueue::has_send(const ChatId& chat) {
  const std::lock_guard lock(mutex_);
  const auto entry = chats_.find(chat);
  return entry != chats_.end() && std::any_of(entry->second.begin(), entry->second.end(), is_send);
}

bool ChatQueue::is_short_of_takers() {
  const std::lock_guard lock(mutex_);
  return ready_.size() > takers_;
}

void ChatQueue::done(const Job& job) {
  {
    const std::lock_guard lock(mutex_);
    --under_way_;
    Account& account = accounts_[job.chat.account];
    --account.under_way;
    // First those that waited longer than this chat's next job.
    if (!account.held.empty()) {
      ready_.push_back(std::move(account.held.front()));
      account.held.pop_front();
    }
    if (account.waiting == 0 && account.under_way == 0) accounts_.erase(job.chat.account);
    const auto chat = chats_.find(job.chat.id);
    if (chat != chats_.end() && chat->second.empty()) {
      chats_.erase(chat);
    } else if (chat != chats_.end()) {
      make_ready(job.chat.id, chat->second.front().chat.account);
    }
  }
  takeable_.notify_one();
  idle_.notify_all();
}

std::optional<Job> ChatQueue::recall(const ChatId& chat, const SendId& id) {
  const std::lock_guard lock(mutex_);
  const auto entry = chats_.find(chat);
  if (entry == chats_.end()) return std::nullopt;
  auto& jobs = entry->second;
  const auto found = std::find_if(jobs.begin(), jobs.end(), [&](const Job& job) {
    const auto* send = std::get_if<SendJob>(&job.what);
    return send != nullptr && send->id == id;
  });
  if (found == jobs.end()) return std::nullopt;
  auto job = std::move(*found);
  jobs.erase(found);
  const auto its = accounts_.find(job.chat.account);
  --its->second.waiting;
  // With none under way the chat stood in line for this job alone.
  if (jobs.empty() && leave_line(chat)) chats_.erase(entry);
  if (its->second.waiting == 0 && its->second.under_way == 0) accounts_.erase(its);
  return job;
}

// It may stand in the line of the account that it had before.
bool ChatQueue::leave_line(const ChatId& chat) {
  std::size_t left = std::erase(ready_, chat);
  for (auto& [id, account] : accounts_) left += std::erase(account.held, chat);
  return left > 0;
}

std::vector<Job> ChatQueue::close() {
  std::vector<Job> left;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    for (auto& [chat, jobs] : chats_) {
      for (auto& job : jobs) left.push_back(std::move(job));
    }
    chats_.clear();
    ready_.clear();
    for (auto& [id, account] : accounts_) {
      account.waiting = 0;
      account.held.clear();
    }
  }
  takeable_.notify_all();
  return left;
}

bool ChatQueue::wait_idle(Duration at_most) {
  std::unique_lock lock(mutex_);
  return idle_.wait_for(lock, at_most, [this] { return under_way_ == 0; });
}

}  // namespace sessioncore::unipile::transport
