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
    auto& [id, jobs] = *chat;
    const auto line = line_of(jobs);
    const bool dropped = is_send(job) && drop_lists(jobs);
    jobs.push_back(std::move(job));
    if (is_new) make_ready(id, jobs.front().chat.account);
    if (dropped) {
      (void)keep_in_line(id, jobs, *line);
      forget_idle();
    }
  }
  takeable_.notify_one();
  return Pushed::yes;
}

bool ChatQueue::drop_lists(std::deque<Job>& jobs) {
  for (const Job& job : jobs) {
    if (is_list(job)) --accounts_[job.chat.account].waiting;
  }
  return std::erase_if(jobs, is_list) > 0;
}

// A chat whose account is busy waits apart: whoever takes never looks through them.
void ChatQueue::make_ready(const ChatId& chat, const AccountId& account) {
  Account& its = accounts_[account];
  (its.under_way < under_way_max_ ? ready_ : its.held).push_back(chat);
}

std::optional<AccountId> ChatQueue::line_of(const std::deque<Job>& jobs) {
  if (jobs.empty()) return std::nullopt;
  return jobs.front().chat.account;
}

// A chat moves when its business connects another account; then what comes next may be another account's.
bool ChatQueue::keep_in_line(const ChatId& chat, const std::deque<Job>& jobs, const AccountId& line) {
  if (line_of(jobs) == line) return true;
  Account& its = accounts_[line];
  const bool was_ready = std::erase(ready_, chat) > 0;
  const bool was_held = std::erase(its.held, chat) > 0;
  if (!was_ready && !was_held) return true;  // it stands in none: one of its jobs is under way
  if (was_ready) let_one_go_on(its);
  if (!jobs.empty()) make_ready(chat, jobs.front().chat.account);
  takeable_.notify_all();
  return !jobs.empty();
}

void ChatQueue::let_one_go_on(Account& account) {
  if (account.held.empty()) return;
  ready_.push_back(std::move(account.held.front()));
  account.held.pop_front();
}

void ChatQueue::forget_idle() {
  std::erase_if(accounts_, [](const auto& entry) { return entry.second.waiting == 0 && entry.second.under_way == 0; });
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
    let_one_go_on(account);  // before this chat's next job: it has waited longer
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
  const auto line = line_of(jobs);
  auto job = std::move(*found);
  jobs.erase(found);
  --accounts_[job.chat.account].waiting;
  if (!keep_in_line(chat, jobs, *line)) chats_.erase(entry);
  forget_idle();
  return job;
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
