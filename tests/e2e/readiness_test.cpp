// When a server calls itself ready: each check by itself, with the clock in hand.
#include "health/readiness.hpp"

#include <doctest/doctest.h>

using namespace sessioncore;
using namespace sessioncore::server;
using namespace std::chrono_literals;

namespace {

struct Fixture {
  int probes = 0;
  bool disk_is_full = false;
  Readiness readiness{[this]() -> Result<void> {
    ++probes;
    if (disk_is_full) return Error{ErrorCode::unavailable, "disk is full"};
    return {};
  }};
  Readiness::Clock::time_point now = Readiness::Clock::now();
  RuntimeStats runtime = [this] {
    RuntimeStats stats;
    stats.running = true;
    stats.last_round = now;
    return stats;
  }();

  std::string check() {
    const auto unready = readiness.check(runtime, now);
    return unready ? unready->check + ": " + unready->why : "ready";
  }
};

}  // namespace

TEST_CASE("before it has recovered and while it stops, it is not ready") {
  Fixture fixture;
  CHECK(fixture.check() == "ready");
  fixture.runtime.running = false;
  CHECK(fixture.check() == "recovering: what a former run left comes first");
  fixture.runtime.running = true;
  fixture.readiness.stopping();
  CHECK(fixture.check() == "server: it is stopping");
}

TEST_CASE("an engine that makes no progress is not ready") {
  Fixture fixture;
  fixture.runtime.queued = 7;
  fixture.runtime.last_round = fixture.now - Readiness::kStuck;
  CHECK(fixture.check() == "ready");
  fixture.runtime.last_round = fixture.now - Readiness::kStuck - 1s;
  CHECK(fixture.check() == "engine: no progress for 16 seconds, 7 inputs wait");
}

TEST_CASE("commits that go through cost no probe") {
  Fixture fixture;
  for (int n = 0; n < 10; ++n) {
    fixture.runtime.last_commit = fixture.now;
    fixture.now += 1s;
    fixture.runtime.last_round = fixture.now;
    CHECK(fixture.check() == "ready");
  }
  CHECK(fixture.probes == 0);
}

TEST_CASE("without commits the store is tried, and not more often than once in a while") {
  Fixture fixture;
  fixture.disk_is_full = true;
  for (int n = 0; n < 100; ++n) CHECK(fixture.check() == "store: the database takes no commits");
  CHECK(fixture.probes == 1);
  fixture.disk_is_full = false;
  CHECK(fixture.check() == "store: the database takes no commits");
  fixture.now += Readiness::kFresh + 1s;
  fixture.runtime.last_round = fixture.now;
  CHECK(fixture.check() == "ready");
  CHECK(fixture.probes == 2);
}

TEST_CASE("a commit that failed just now counts more than a probe that would fit") {
  Fixture fixture;
  fixture.runtime.last_commit = fixture.now - 2s;
  fixture.runtime.last_failure = fixture.now - 1s;
  CHECK(fixture.check() == "store: the database takes no commits");
  CHECK(fixture.probes == 0);
  SUBCASE("until one goes through") {
    fixture.runtime.last_commit = fixture.now;
    CHECK(fixture.check() == "ready");
    CHECK(fixture.probes == 0);
  }
  SUBCASE("or until it is long ago, and a probe succeeds") {
    fixture.now += Readiness::kFresh;
    fixture.runtime.last_round = fixture.now;
    CHECK(fixture.check() == "ready");
    CHECK(fixture.probes == 1);
  }
}
