#include "chat_queue.hpp"

#include <algorithm>
#include <utility>

namespace sessioncore::unipile::transport {

ChatQueue::Pushed ChatQueue::push(Job& job) {
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return Pushed::closed;
    if (waiting_ >= max_) return Pushed::full;
    const auto [chat, is_new] = chats_.try_emplace(job.chat.id);
    if (is_new) ready_.push_back(job.chat.id);
    chat->second.push_back(std::move(job));
    ++waiting_;
  }
  takeable_.notify_one();
  return Pushed::yes;
}

std::optional<Job> ChatQueue::take() {
  std::unique_lock lock(mutex_);
  takeable_.wait(lock, [this] { return closed_ || !ready_.empty(); });
  if (closed_) return std::nullopt;
  auto& jobs = chats_.find(ready_.front())->second;
  ready_.pop_front();
  auto job = std::move(jobs.front());
  jobs.pop_front();
  --waiting_;
  ++under_way_;
  return job;
}

void ChatQueue::done(const ChatId& chat) {
  {
    const std::lock_guard lock(mutex_);
    --under_way_;
    const auto entry = chats_.find(chat);
    if (entry != chats_.end() && entry->second.empty()) {
      chats_.erase(entry);
    } else if (entry != chats_.end()) {
      ready_.push_back(chat);
    }
  }
  takeable_.notify_one();
  idle_.notify_all();
}

std::optional<Job> ChatQueue::recall(const ChatId& chat, MessageNumber message) {
  const std::lock_guard lock(mutex_);
  const auto entry = chats_.find(chat);
  if (entry == chats_.end()) return std::nullopt;
  auto& jobs = entry->second;
  const auto found = std::find_if(jobs.begin(), jobs.end(), [&](const Job& job) {
    const auto* send = std::get_if<SendJob>(&job.what);
    return send != nullptr && send->message == message;
  });
  if (found == jobs.end()) return std::nullopt;
  auto job = std::move(*found);
  jobs.erase(found);
  --waiting_;
  // With none under way the chat stood in line for this job alone.
  const auto in_line = std::find(ready_.begin(), ready_.end(), chat);
  if (jobs.empty() && in_line != ready_.end()) {
    ready_.erase(in_line);
    chats_.erase(entry);
  }
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
    waiting_ = 0;
  }
  takeable_.notify_all();
  return left;
}

bool ChatQueue::wait_idle(Duration at_most) {
  std::unique_lock lock(mutex_);
  return idle_.wait_for(lock, at_most, [this] { return under_way_ == 0; });
}

}  // namespace sessioncore::unipile::transport
