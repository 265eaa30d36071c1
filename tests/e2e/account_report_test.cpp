// What the provider answers about an account and what it reports by itself may cross on their way.
#include "../adapters/unipile/http_stand.hpp"
#include "support/provider.hpp"

#include <condition_variable>
#include <mutex>

#include <doctest/doctest.h>

using namespace e2e;

namespace {

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

/// Answers questions about the account, as it is when they come, once it is let.
struct SlowProvider {
  SlowProvider() {
    stand.server.Get("/api/v1/accounts/acc_1", [this](const httplib::Request&, httplib::Response& response) {
      std::unique_lock lock(mutex);
      const std::string answer = account();
      ++asked;
      changed.wait(lock, [this] { return !holding; });
      response.set_content(answer, "application/json");
    });
    url = stand.start();
  }
  ~SlowProvider() { let(); }
  void let() {
    const std::lock_guard lock(mutex);
    holding = false;
    changed.notify_all();
  }
  void looks(std::function<std::string()> at) {
    const std::lock_guard lock(mutex);
    account = std::move(at);
  }
  int questions() {
    const std::lock_guard lock(mutex);
    return asked;
  }

  std::mutex mutex;
  std::condition_variable changed;
  std::function<std::string()> account;
  int asked = 0;
  bool holding = true;
  sessioncore::unipile::tests::HttpStand stand;
  std::string url;
};

}  // namespace

TEST_CASE("an answer about an account that a report has overtaken changes nothing, and is asked for anew") {
  SlowProvider provider;
  ServerFixture server(json{{"unipile", {{"base_url", provider.url}, {"reconcile_max_hours", 0}}}});
  provider.looks([&] { return provider_api(server).get("/api/v1/accounts/acc_1").text; });
  account_turns(server, "CREDENTIALS");
  REQUIRE(eventually([&] { return count(server.log(), "account.disconnected") == 1; }));
  REQUIRE(eventually([&] { return provider.questions() == 1; }));
  account_turns(server, "OK");
  REQUIRE(eventually([&] { return count(server.log(), "account.connected") == 1; }));
  provider.let();
  CHECK(eventually([&] { return provider.questions() >= 2; }));
  CHECK(count(server.log(), "account.disconnected") == 1);
}
