#include "../../../adapters/shared/exchange_watch.hpp"

#include <atomic>
#include <chrono>
#include <future>
#include <string>
#include <thread>

#include <doctest/doctest.h>

using sessioncore::adapters::ExchangeWatch;
using namespace std::chrono_literals;

namespace {

/// An exchange that ends only when it is cut; then it tells why, and how often it was by then.
class Stuck {
 public:
  explicit Stuck(int deaf_for = 0) : deaf_for_(deaf_for) {}
  ExchangeWatch::Cut cut() {
    return [this](const char* why) {
      if (++cuts_ == deaf_for_ + 1) why_.set_value(why);
    };
  }
  std::string wait() {
    auto why = why_.get_future();
    return why.wait_for(60s) == std::future_status::ready ? why.get() : "not cut";
  }
  [[nodiscard]] int cuts() const { return cuts_; }

 private:
  const int deaf_for_;
  std::atomic<int> cuts_{0};
  std::promise<std::string> why_;
};

}  // namespace

TEST_CASE("an exchange ends after its limit, also if it did not hear of it at first") {
  ExchangeWatch watch;
  Stuck stuck(2);
  CHECK(watch.during(10ms, stuck.cut(), [&] { return stuck.wait(); }) == "the exchange took too long");
}

TEST_CASE("all exchanges are cut, those that begin afterwards too") {
  ExchangeWatch watch;
  Stuck early;
  Stuck late;
  std::promise<void> begun;
  auto ended = std::async(std::launch::async, [&] {
    return watch.during(1h, early.cut(), [&] {
      begun.set_value();
      return early.wait();
    });
  });
  begun.get_future().wait();
  watch.cut_all("stopped");
  CHECK(ended.get() == "stopped");
  CHECK(watch.during(1h, late.cut(), [&] { return late.wait(); }) == "stopped");
}

TEST_CASE("nothing is cut once the exchange is over") {
  ExchangeWatch watch;
  Stuck over;
  watch.during(1h, over.cut(), [] { return 0; });
  watch.cut_all("stopped");
  Stuck next;
  CHECK(watch.during(1h, next.cut(), [&] { return next.wait(); }) == "stopped");  // the watch has been round
  CHECK(over.cuts() == 0);
}
