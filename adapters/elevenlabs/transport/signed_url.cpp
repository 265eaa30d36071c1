#include "transport/signed_url.hpp"

#include "transport/signed_url_client.hpp"

#include <utility>

namespace sessioncore::elevenlabs {

SignedUrls::SignedUrls(const SignedUrlOptions& options)
    : max_pending_(options.max_pending), request_timeout_(options.request_timeout) {
  for (std::size_t n = 0; n < options.workers; ++n) clients_.push_back(std::make_unique<Client>(options));
  for (const auto& client : clients_) threads_.emplace_back([this, own = client.get()] { work(*own); });
}

SignedUrls::~SignedUrls() {
  stop();
}

bool SignedUrls::fetch(std::string agent, Wanted wanted, Done done) {
  const std::lock_guard lock(mutex_);
  if (stopping_ || jobs_.size() >= max_pending_) return false;
  jobs_.push_back({std::move(agent), std::move(wanted), std::move(done)});
  changed_.notify_one();
  return true;
}

void SignedUrls::work(Client& client) {
  const auto abort = [&client](const char*) { client.abort(); };
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    if (stopping_) return;
    const auto job = std::move(jobs_.front());
    jobs_.pop_front();
    if (!*job.wanted) continue;
    lock.unlock();
    SignedUrl answer;
    try {
      answer = watch_.during(request_timeout_, abort, [&] { return client.fetch(job.agent); });
    } catch (const std::exception&) {
      answer.detail = "no signed URL: internal fault";
    }
    job.done(std::move(answer));
    lock.lock();
  }
}

void SignedUrls::stop() {
  const std::lock_guard one_at_a_time(stop_mutex_);
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    jobs_.clear();
  }
  changed_.notify_all();
  watch_.cut_all("stopped");
  for (auto& thread : std::exchange(threads_, {})) thread.join();
}

}  // namespace sessioncore::elevenlabs
