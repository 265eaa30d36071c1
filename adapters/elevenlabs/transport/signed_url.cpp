#include "transport/signed_url.hpp"

#include "transport/signed_url_client.hpp"

#include <algorithm>
#include <utility>

namespace sessioncore::elevenlabs {

namespace {

constexpr std::chrono::milliseconds kWatchStep{100};
constexpr std::chrono::milliseconds kAbortStep{20};

}  // namespace

SignedUrls::SignedUrls(const SignedUrlOptions& options)
    : max_pending_(options.max_pending), request_timeout_(options.request_timeout), workers_(options.workers) {
  for (auto& worker : workers_) worker.client = std::make_unique<Client>(options);
  for (auto& worker : workers_) worker.thread = std::thread([this, &worker] { work(worker); });
  watchdog_ = std::thread([this] { watch(); });
}

SignedUrls::~SignedUrls() {
  stop();
}

bool SignedUrls::fetch(std::string agent, Wanted wanted, Done done) {
  const std::lock_guard lock(mutex_);
  if (stopping_ || jobs_.size() >= max_pending_) return false;
  jobs_.push_back({std::move(agent), std::move(wanted), std::move(done)});
  changed_.notify_all();
  return true;
}

void SignedUrls::work(Worker& worker) {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    if (stopping_) break;
    const auto job = std::move(jobs_.front());
    jobs_.pop_front();
    if (!*job.wanted) continue;
    worker.busy_since = Clock::now();
    changed_.notify_all();
    lock.unlock();
    SignedUrl answer;
    try {
      answer = worker.client->fetch(job.agent);
    } catch (const std::exception&) {
      answer.detail = "no signed URL: internal fault";
    }
    job.done(std::move(answer));
    lock.lock();
    worker.busy_since.reset();
  }
  worker.finished = true;
  changed_.notify_all();
}

/// The HTTP library limits each wait but not their sum: a service that drips bytes would hold a worker for ever.
void SignedUrls::watch() {
  const auto is_busy = [](const Worker& worker) { return worker.busy_since.has_value(); };
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (std::none_of(workers_.begin(), workers_.end(), is_busy)) {
      changed_.wait(lock);
      continue;
    }
    end_overdue();
    changed_.wait_for(lock, kWatchStep);
  }
}

/// Under the mutex, so that it hits the request that is overdue and never the worker's next one.
void SignedUrls::end_overdue() {
  const auto now = Clock::now();
  for (const auto& worker : workers_) {
    if (worker.busy_since && now - *worker.busy_since > request_timeout_) worker.client->abort();
  }
}

void SignedUrls::stop() {
  const std::lock_guard one_at_a_time(stop_mutex_);
  if (!watchdog_.joinable()) return;
  const auto is_finished = [](const Worker& worker) { return worker.finished; };
  {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
    // Again and again: a request that had not begun when it was aborted begins afterwards.
    while (!std::all_of(workers_.begin(), workers_.end(), is_finished)) {
      for (const auto& worker : workers_) worker.client->abort();
      changed_.wait_for(lock, kAbortStep, [&] { return std::all_of(workers_.begin(), workers_.end(), is_finished); });
    }
    jobs_.clear();
  }
  for (auto& worker : workers_) worker.thread.join();
  watchdog_.join();
}

}  // namespace sessioncore::elevenlabs
