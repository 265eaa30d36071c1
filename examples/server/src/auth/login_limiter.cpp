#include "auth/login_limiter.hpp"

namespace sessioncore::server {

namespace {

constexpr std::chrono::minutes kWindow(1);
constexpr int kPerAddress = 30;  // many people may share one address
constexpr int kPerEmail = 10;
constexpr std::size_t kRemembered = 10'000;

void count_down(std::map<std::string, int>& counts, const std::string& key) {
  const auto at = counts.find(key);
  if (at != counts.end() && --at->second <= 0) counts.erase(at);
}

int count_of(const std::map<std::string, int>& counts, const std::string& key) {
  const auto at = counts.find(key);
  return at == counts.end() ? 0 : at->second;
}

}  // namespace

bool LoginLimiter::may_try(const std::string& address, const std::string& email, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  forget_old(now);
  return count_of(by_address_, address) < kPerAddress && count_of(by_email_, email) < kPerEmail;
}

void LoginLimiter::failed(const std::string& address, const std::string& email, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  forget_old(now);
  failures_.push_back({now, address, email});
  ++by_address_[address];
  ++by_email_[email];
}

void LoginLimiter::forget_old(Clock::time_point now) {
  while (!failures_.empty() && (now - failures_.front().at > kWindow || failures_.size() > kRemembered)) {
    count_down(by_address_, failures_.front().address);
    count_down(by_email_, failures_.front().email);
    failures_.pop_front();
  }
}

}  // namespace sessioncore::server
