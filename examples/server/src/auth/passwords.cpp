#include "auth/passwords.hpp"

#include "http/reply.hpp"

#include <array>
#include <atomic>
#include <new>
#include <semaphore>

#include <sodium.h>

namespace sessioncore::server {

namespace {

constexpr int kAtOnce = 2;
constexpr int kWaitingMax = 8;

/// One of the few that may compute a hash now.
class Turn {
 public:
  Turn() { turns().acquire(); }
  ~Turn() { turns().release(); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  static std::counting_semaphore<kAtOnce>& turns() {
    static std::counting_semaphore<kAtOnce> all(kAtOnce);
    return all;
  }
};

/// One of those who wait for a turn or have it.
class PlaceInLine {
 public:
  PlaceInLine() {
    if (count().fetch_add(1) < kAtOnce + kWaitingMax) return;
    count().fetch_sub(1);
    throw unavailable("too many logins at the same time, try again");
  }
  ~PlaceInLine() { count().fetch_sub(1); }
  PlaceInLine(const PlaceInLine&) = delete;
  PlaceInLine& operator=(const PlaceInLine&) = delete;

 private:
  static std::atomic<int>& count() {
    static std::atomic<int> all{0};
    return all;
  }
};

}  // namespace

std::string hash_password(const std::string& password) {
  const Turn turn;
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  const int failed = crypto_pwhash_str(hash.data(), password.data(), password.size(),
                                       crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE);
  if (failed != 0) throw std::bad_alloc();
  return hash.data();
}

bool password_matches(const std::string& hash, const std::string& password) {
  if (hash.size() >= crypto_pwhash_STRBYTES) return false;
  const PlaceInLine place;
  const Turn turn;
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

void pretend_to_check(const std::string& password) {
  static const std::string kNobodys = hash_password("nobody knows this and nobody needs to");
  (void)password_matches(kNobodys, password);
}

}  // namespace sessioncore::server
