#include "auth/login_limiter.hpp"

#include <algorithm>
#include <iterator>

namespace sessioncore::server {

namespace {

constexpr std::chrono::minutes kWindow(1);
constexpr int kPerAddress = 30;  // many people may share one address
constexpr int kPerBoth = 10;
constexpr int kPerBothWhileGuessed = 2;
constexpr int kGuessed = 30;  // tries at one e-mail address that no person makes
constexpr std::size_t kRemembered = 10'000;

template <class Key>
void add(std::map<Key, int>& counts, const Key& key, int by) {
  const auto at = counts.try_emplace(key, 0).first;
  at->second += by;
  if (at->second <= 0) counts.erase(at);
}

template <class Key>
int count_of(const std::map<Key, int>& counts, const Key& key) {
  const auto at = counts.find(key);
  return at == counts.end() ? 0 : at->second;
}

}  // namespace

bool LoginLimiter::Counts::are_too_many() const {
  const int per_both = by_email < kGuessed ? kPerBoth : kPerBothWhileGuessed;
  return by_address >= kPerAddress || by_both >= per_both;
}

std::optional<std::chrono::seconds> LoginLimiter::admit(const std::string& address, const std::string& email,
                                                        Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  forget_old(now);
  const Try next{now, address, email};
  const Counts counts{count_of(by_address_, address), count_of(by_email_, email), count_of(by_both_, {address, email})};
  if (counts.are_too_many()) return wait_for(next, counts);
  tries_.push_back(next);
  count(next, 1);
  return std::nullopt;
}

/// Until so many of the oldest are forgotten that the limits let it in.
std::chrono::seconds LoginLimiter::wait_for(const Try& next, Counts counts) const {
  auto last = tries_.begin();
  for (; counts.are_too_many(); ++last) {
    const bool same_address = last->address == next.address;
    const bool same_email = last->email == next.email;
    counts.by_address -= same_address ? 1 : 0;
    counts.by_email -= same_email ? 1 : 0;
    counts.by_both -= same_address && same_email ? 1 : 0;
  }
  const auto rest = std::prev(last)->at + kWindow - next.at;
  return std::chrono::floor<std::chrono::seconds>(rest) + std::chrono::seconds(1);  // forgotten only after its time
}

void LoginLimiter::take_back(const std::string& address, const std::string& email) {
  const std::lock_guard lock(mutex_);
  const auto at = std::find_if(tries_.rbegin(), tries_.rend(),
                               [&](const Try& one) { return one.address == address && one.email == email; });
  if (at == tries_.rend()) return;
  count(*at, -1);
  tries_.erase(std::next(at).base());
}

void LoginLimiter::count(const Try& one, int by) {
  add(by_address_, one.address, by);
  add(by_email_, one.email, by);
  add(by_both_, {one.address, one.email}, by);
}

void LoginLimiter::forget_old(Clock::time_point now) {
  while (!tries_.empty() && (now - tries_.front().at > kWindow || tries_.size() > kRemembered)) {
    count(tries_.front(), -1);
    tries_.pop_front();
  }
}

}  // namespace sessioncore::server
