// Order within a chat, chats side by side, bounds, and the end.
#include "client.hpp"
#include "gated_stand.hpp"

#include <algorithm>
#include <filesystem>
#include <future>
#include <iterator>

#include <doctest/doctest.h>

using namespace sessioncore;
using namespace sessioncore::unipile;
using namespace sessioncore::unipile::tests;

namespace {

ChatFacts of_account(const std::string& account, const std::string& id, const std::string& external) {
  auto chat = chat_facts(id, external);
  chat.account = AccountId(account);
  return chat;
}

std::size_t threads_now() {
  const std::filesystem::directory_iterator tasks("/proc/self/task");
  return static_cast<std::size_t>(std::distance(begin(tasks), end(tasks)));
}

}  // namespace

TEST_CASE("queue: the messages of a chat go out in order, one at a time") {
  HttpStand stand;
  std::mutex mutex;
  std::vector<std::string> order;
  std::atomic<int> at_once{0};
  std::atomic<int> most{0};
  stand.server.Post(kMessages, [&](const httplib::Request& request, httplib::Response&) {
    most = std::max(most.load(), ++at_once);
    {
      const std::lock_guard lock(mutex);
      order.push_back(request.get_file_value("text").content);
    }
    --at_once;
  });
  Collector collector;
  UnipileClient client(options_for(stand.start(), 4), collector.post());
  std::vector<std::string> expected;
  for (MessageNumber i = 0; i < 40; ++i) {
    expected.push_back(std::to_string(i));
    client.send(chat_facts(), {i, 1}, expected.back());
  }
  collector.wait_for(40);
  const std::lock_guard lock(mutex);
  CHECK(order == expected);
  CHECK(most == 1);
}

TEST_CASE("queue: a slow chat does not hold up another") {
  GatedStand stand(kMessagesOfSlow);
  Collector collector;
  UnipileClient client(options_for(stand.http.start(), 2), collector.post());
  for (MessageNumber i = 1; i <= 5; ++i) client.send(chat_facts("c-slow", "slow"), {i, 1}, "x");
  stand.gate.wait_arrived(1);
  client.send(chat_facts("c-quick", "quick"), {1, 1}, "x");
  CHECK(collector.wait_for(1).front().chat == ChatId("c-quick"));
  CHECK(stand.gate.arrived() == 1);
  stand.gate.open();
  CHECK(collector.wait_for(6).size() == 6);
}

TEST_CASE("queue: an account that hangs takes neither the workers nor the room of another") {
  GatedStand stand(kMessagesOfSlow);
  auto options = options_for(stand.http.start(), 6);
  options.account_workers = 4;
  options.queue_max = 20;
  Collector collector;
  UnipileClient client(options, collector.post());
  // More chats than workers, and a job more than the queue holds.
  for (int i = 0; i < 4; ++i)
    client.send(of_account("a", "a" + std::to_string(i), "slow" + std::to_string(i)), {1, 1}, "x");
  stand.gate.wait_arrived(4);
  for (int i = 4; i < 25; ++i) {
    client.send(of_account("a", "a" + std::to_string(i), "slow" + std::to_string(i)), {1, 1}, "x");
  }
  CHECK(collector.first<SendFailed>().failure == SendFailure::retryable);
  for (MessageNumber i = 1; i <= 20; ++i) client.send(of_account("b", "b", "quick"), {i, 1}, "x");
  const auto reports = collector.wait_for(21);
  for (std::size_t i = 1; i < reports.size(); ++i) CHECK(reports[i].chat == ChatId("b"));
  CHECK(stand.gate.arrived() == 4);
  stand.gate.open();
  CHECK(collector.wait_for(45).size() == 45);
}

TEST_CASE("queue: a busy account serves its chats in turn") {
  GatedStand stand(kMessages);
  auto options = options_for(stand.http.start(), 3);
  options.account_workers = 1;
  Collector collector;
  UnipileClient client(options, collector.post());
  client.send(of_account("a", "a1", "one"), {1, 1}, "one 1");
  stand.gate.wait_arrived(1);
  client.send(of_account("a", "a1", "one"), {2, 1}, "one 2");
  client.send(of_account("a", "a2", "two"), {1, 1}, "two 1");
  client.send(of_account("a", "a1", "one"), {3, 1}, "one 3");
  client.send(of_account("a", "a2", "two"), {2, 1}, "two 2");
  stand.gate.open();
  collector.wait_for(5);
  CHECK(stand.texts() == std::vector<std::string>{"one 1", "two 1", "one 2", "two 2", "one 3"});
}

TEST_CASE("queue: threads come when they are needed, and no more than allowed") {
  GatedStand stand(kMessages);
  auto options = options_for(stand.http.start(), 8);
  Collector collector;
  REQUIRE(httplib::Client("127.0.0.1", stand.http.port()).Get("/"));  // the stand-in's own threads run
  const auto before = threads_now();
  UnipileClient client(options, collector.post());
  client.send(of_account("a", "c0", "chat0"), {1, 1}, "x");
  stand.gate.wait_arrived(1);
  CHECK(threads_now() <= before + 3);
  for (int i = 1; i < 40; ++i) {
    const auto number = std::to_string(i);
    client.send(of_account("account" + number, "c" + number, "chat" + number), {1, 1}, "x");
  }
  stand.gate.wait_arrived(8);
  CHECK(threads_now() == before + 9);  // the workers, and the watch over their time
  stand.gate.open();
  CHECK(collector.wait_for(40).size() == 40);
}

TEST_CASE("queue: when it is full a send fails at once as retryable, without waiting") {
  GatedStand stand(kMessages);
  auto options = options_for(stand.http.start(), 1);
  options.queue_max = 2;
  Collector collector;
  UnipileClient client(options, collector.post());
  client.send(chat_facts(), {1, 1}, "x");
  stand.gate.wait_arrived(1);  // under way: it does not count as waiting
  client.send(chat_facts(), {2, 1}, "x");
  client.send(chat_facts(), {3, 1}, "x");
  CHECK(collector.count() == 0);
  client.send(chat_facts(), {4, 1}, "x");
  REQUIRE(collector.count() == 1);
  CHECK(collector.first<SendFailed>().send.message == 4);
  CHECK(collector.first<SendFailed>().failure == SendFailure::retryable);
  stand.gate.open();
  collector.wait_for(4);
}

TEST_CASE("recall: what no worker has begun is withdrawn, what has begun goes on") {
  GatedStand stand(kMessages);
  auto options = options_for(stand.http.start(), 1);
  options.queue_max = 3;
  Collector collector;
  UnipileClient client(options, collector.post());
  const auto slow = chat_facts("c-slow", "slow");
  const auto other = chat_facts("c-other", "other");
  client.send(slow, {1, 1}, "begun");
  stand.gate.wait_arrived(1);
  client.send(slow, {2, 1}, "behind it");
  client.send(other, {1, 1}, "alone");
  client.list_sent(other, Instant{1});
  client.recall(slow, {1, 1});                      // it has begun
  client.recall(slow, {7, 1});                      // never heard of
  client.recall(chat_facts("c-no", "no"), {1, 1});  // nor of the chat
  CHECK(collector.count() == 0);
  client.recall(slow, {2, 1});
  client.recall(other, {1, 1});
  REQUIRE(collector.count() == 2);
  for (const auto& report : collector.wait_for(2)) {
    const auto& failed = std::get<SendFailed>(report.event);
    CHECK(failed.send.message == (report.chat == slow.id ? 2 : 1));
    CHECK(failed.failure == SendFailure::withdrawn);
    CHECK(failed.detail == "taken back");
  }
  client.recall(slow, {2, 1});  // again
  CHECK(collector.count() == 2);
  // There is room for as many as before, and both chats go on.
  client.send(chat_facts("c-third", "third"), {1, 1}, "taken back in its turn");
  client.recall(chat_facts("c-third", "third"), {1, 1});
  client.send(chat_facts("c-third", "third"), {2, 1}, "third");
  client.send(other, {2, 1}, "two");
  CHECK(collector.count() == 3);
  stand.gate.open();
  const auto reports = collector.wait_for(6);
  CHECK(std::count_if(reports.begin(), reports.end(),
                      [](const auto& report) { return std::holds_alternative<SendSucceeded>(report.event); }) == 3);
  auto texts = stand.texts();
  std::sort(texts.begin(), texts.end());
  CHECK(texts == std::vector<std::string>{"begun", "third", "two"});
}

TEST_CASE("stop: waiting sends are withdrawn, one under way is cut off as ambiguous, later ones are withdrawn") {
  GatedStand stand(kMessages);
  auto options = options_for(stand.http.start(), 1);
  options.drain_timeout = Duration(100);
  Collector collector;
  UnipileClient client(options, collector.post());
  client.send(chat_facts(), {1, 1}, "x");
  stand.gate.wait_arrived(1);
  client.send(chat_facts(), {2, 1}, "x");
  client.send(chat_facts("c2", "other"), {3, 1}, "x");
  client.stop();
  client.stop();
  client.send(chat_facts(), {4, 1}, "x");
  const auto reports = collector.wait_for(4);
  REQUIRE(reports.size() == 4);
  for (const auto& report : reports) {
    const auto& failed = std::get<SendFailed>(report.event);
    CAPTURE(failed.send.message);
    CHECK(failed.failure == (failed.send.message == 1 ? SendFailure::ambiguous : SendFailure::withdrawn));
    CHECK(failed.detail == (failed.send.message == 1 ? "cut off by the shutdown" : "shutting down"));
  }
  stand.gate.open();
}

TEST_CASE("stop: a request under way may finish within the drain time") {
  GatedStand stand(kMessages);
  auto options = options_for(stand.http.start(), 1);
  options.drain_timeout = std::chrono::minutes(10);
  Collector collector;
  UnipileClient client(options, collector.post());
  client.send(chat_facts(), {1, 1}, "x");
  stand.gate.wait_arrived(1);
  client.send(chat_facts(), {2, 1}, "x");
  auto stopped = std::async(std::launch::async, [&] { client.stop(); });
  CHECK(collector.first<SendFailed>().send.message == 2);                                  // the stop is under way
  CHECK(stopped.wait_for(std::chrono::milliseconds(150)) == std::future_status::timeout);  // and waits
  stand.gate.open();
  stopped.get();
  CHECK(std::get<SendSucceeded>(collector.wait_for(2)[1].event).send.message == 1);
}

TEST_CASE("the channel can be destroyed with work left") {
  HttpStand stand;
  stand.server.Post(kMessages, [](const httplib::Request&, httplib::Response&) {});
  const auto url = stand.start();
  Collector collector;
  {
    UnipileClient client(options_for(url, 4), collector.post());
    for (MessageNumber i = 0; i < 50; ++i) client.send(chat_facts("c" + std::to_string(i % 7)), {i, 1}, "x");
  }
  CHECK(collector.count() == 50);  // each send is reported once
}
