// Messages that nobody delivered while all seemed well: the store had failed, or our address could not be reached (P7).
#include "support/command.hpp"
#include "support/provider.hpp"

#include <algorithm>

#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>

using namespace e2e;
using namespace std::chrono_literals;

namespace {

/// The AI answers soon; a search every so many seconds.
json every(double seconds) {
  return {{"unipile", {{"reconcile_every_seconds", seconds}}},
          {"policy", {{"grace_period_seconds", 0.3}, {"message_buffer_seconds", 0.05}}}};
}

/// How often the log says this of the clinic.
int count(const ServerFixture& server, const std::string& event) {
  const std::string line = "\"" + event + R"(","tenant":"clinic")";
  const std::string log = server.log();
  int times = 0;
  for (auto at = log.find(line); at != std::string::npos; at = log.find(line, at + 1)) ++times;
  return times;
}

void wait_for_searches(const ServerFixture& server, int times) {
  REQUIRE(eventually([&] { return count(server, "reconcile.done") >= times; }));
}

/// Written by a contact; gives the stand-in's chat id.
std::string write(const ServerFixture& server, const std::string& phone, bool delivered) {
  return control(server, "/sim/contact", {{"phone", phone}, {"text", "a question"}, {"webhook", delivered}})
      .at("chat_id");
}

void wait_until_given_up(const ServerFixture& server) {
  REQUIRE(eventually([&] {
    const json shown = json::parse(server.unipile.control("GET", "/sim/deliveries").body);
    const json& all = shown.at("deliveries");
    return std::any_of(all.begin(), all.end(), [](const json& delivery) { return delivery.at("state") == "failed"; });
  }));
}

/// While it stands, the engine's commits fail, and those of the settings do not.
void refuse_messages(const ServerFixture& server, bool refuse) {
  SQLite::Database database(server.database(), SQLite::OPEN_READWRITE, 60'000);
  database.exec(refuse ? "CREATE TRIGGER full BEFORE INSERT ON messages BEGIN SELECT RAISE(ABORT, 'full'); END"
                       : "DROP TRIGGER full");
}

}  // namespace

TEST_CASE("a message that was never delivered is found while the server runs, and no account falls silent for it") {
  ServerFixture server(every(0.5));
  wait_for_searches(server, 1);
  const std::string chat = write(server, "+905553330001", false);
  CHECK(eventually([&] { return sent_in(server, chat).size() == 1; }));
  wait_for_searches(server, count(server, "reconcile.done") + 2);
  CHECK(sent_in(server, chat).size() == 1);
  CHECK(count(server, "account.caught_up") <= 1);  // that of the start
}

TEST_CASE("every 0 seconds means never") {
  ServerFixture server(every(0));
  wait_for_searches(server, 1);
  CHECK(sessioncore::story::holds_for(500ms, [&] { return count(server, "reconcile.listed") <= 1; }));
}

TEST_CASE("what was refused while the disk was full is found once there is room, though nothing else happens") {
  ServerFixture server(every(0));
  wait_for_searches(server, 1);
  server.unipile.set_options(R"({"webhook_retry_base_ms": 5})");
  server.fill_disk();
  const std::string chat = write(server, "+905553330002", true);
  wait_until_given_up(server);
  CHECK(sent_in(server, chat).empty());
  server.lift_disk_limit();
  CHECK(eventually([&] { return sent_in(server, chat).size() == 1; }));
  CHECK(count(server, "account.caught_up") <= 1);
  const auto proved = sessiond("replay --all --database " + server.database());
  CHECK_MESSAGE(proved.says("all equal"), proved.output);
}

TEST_CASE("where the search fits into a store that refuses the rest, another one follows when that fits again") {
  ServerFixture server(every(0));
  wait_for_searches(server, 1);
  server.unipile.set_options(R"({"webhook_retry_base_ms": 5})");
  refuse_messages(server, true);
  auto client = server.client();
  REQUIRE(deliver(client, message_webhook("nobody", "m1", "not listed")).status == 503);
  wait_for_searches(server, 2);  // that of the failure: it has found nothing
  const std::string chat = write(server, "+905553330003", true);
  wait_until_given_up(server);
  refuse_messages(server, false);
  REQUIRE(deliver(client, message_webhook("nobody", "m1", "not listed")).status == 200);
  CHECK(eventually([&] { return sent_in(server, chat).size() == 1; }));
}
