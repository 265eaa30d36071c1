// Order within a chat, chats side by side, bounds, and the end.
#include "collector.hpp"
#include "http_stand.hpp"

#include <algorithm>
#include <future>

#include <doctest/doctest.h>

#include <sessioncore/unipile/channel.hpp>

using namespace sessioncore;
using namespace sessioncore::unipile;
using namespace sessioncore::unipile::tests;

namespace {

constexpr const char* kMessages = R"(/api/v1/chats/([^/]+)/messages)";

// A gate that requests wait at.
class Gate {
 public:
  void pass() {
    std::unique_lock lock(mutex_);
    ++arrived_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void wait_arrived(int count) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, std::chrono::seconds(20), [&] { return arrived_ >= count; })) {
      throw std::runtime_error("too few requests");
    }
  }
  int arrived() {
    const std::lock_guard lock(mutex_);
    return arrived_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int arrived_ = 0;
  bool open_ = false;
};

ChannelOptions options_for(const std::string& url, std::size_t workers) {
  ChannelOptions options;
  options.base_url = url;
  options.api_key = "key-1";
  options.workers = workers;
  return options;
}

void created(httplib::Response& response) {
  response.status = 201;
  response.set_content(R"({"object":"MessageSent","message_id":null})", "application/json");
}

}  // namespace

TEST_CASE("queue: the messages of a chat go out in order, one at a time") {
  HttpStand stand;
  std::mutex mutex;
  std::vector<std::string> order;
  std::atomic<int> at_once{0};
  std::atomic<int> most{0};
  stand.server.Post(kMessages, [&](const httplib::Request& request, httplib::Response& response) {
    most = std::max(most.load(), ++at_once);
    {
      const std::lock_guard lock(mutex);
      order.push_back(request.get_file_value("text").content);
    }
    created(response);
    --at_once;
  });
  Collector collector;
  UnipileClient client(options_for(stand.start(), 4), collector.post());
  std::vector<std::string> expected;
  for (MessageNumber i = 0; i < 40; ++i) {
    expected.push_back(std::to_string(i));
    client.send(chat_facts(), i, expected.back());
  }
  collector.wait_for(40);
  const std::lock_guard lock(mutex);
  CHECK(order == expected);
  CHECK(most == 1);
}

TEST_CASE("queue: a slow chat does not hold up another") {
  HttpStand stand;
  Gate gate;
  stand.server.Post("/api/v1/chats/slow/messages", [&](const httplib::Request&, httplib::Response& response) {
    gate.pass();
    created(response);
  });
  stand.server.Post("/api/v1/chats/quick/messages",
                    [&](const httplib::Request&, httplib::Response& response) { created(response); });
  Collector collector;
  UnipileClient client(options_for(stand.start(), 2), collector.post());
  for (MessageNumber i = 1; i <= 5; ++i) client.send(chat_facts("c-slow", "slow"), i, "x");
  gate.wait_arrived(1);
  client.send(chat_facts("c-quick", "quick"), 1, "x");
  CHECK(collector.wait_for(1).front().chat == ChatId("c-quick"));
  CHECK(gate.arrived() == 1);
  gate.open();
  CHECK(collector.wait_for(6).size() == 6);
}

TEST_CASE("queue: when it is full a send fails at once as retryable, without waiting") {
  HttpStand stand;
  Gate gate;
  stand.server.Post(kMessages, [&](const httplib::Request&, httplib::Response& response) {
    gate.pass();
    created(response);
  });
  auto options = options_for(stand.start(), 1);
  options.queue_max = 2;
  Collector collector;
  UnipileClient client(options, collector.post());
  client.send(chat_facts(), 1, "x");
  gate.wait_arrived(1);  // under way: it does not count as waiting
  client.send(chat_facts(), 2, "x");
  client.send(chat_facts(), 3, "x");
  CHECK(collector.count() == 0);
  client.send(chat_facts(), 4, "x");
  REQUIRE(collector.count() == 1);
  CHECK(collector.first<SendFailed>().message == 4);
  CHECK(collector.first<SendFailed>().failure == SendFailure::retryable);
  gate.open();
  collector.wait_for(4);
}

TEST_CASE("recall: what no worker has begun is withdrawn, what has begun goes on") {
  HttpStand stand;
  Gate gate;
  std::mutex mutex;
  std::vector<std::string> texts;
  stand.server.Post(kMessages, [&](const httplib::Request& request, httplib::Response& response) {
    {
      const std::lock_guard lock(mutex);
      texts.push_back(request.get_file_value("text").content);
    }
    gate.pass();
    created(response);
  });
  auto options = options_for(stand.start(), 1);
  options.queue_max = 3;
  Collector collector;
  UnipileClient client(options, collector.post());
  const auto slow = chat_facts("c-slow", "slow");
  const auto other = chat_facts("c-other", "other");
  client.send(slow, 1, "begun");
  gate.wait_arrived(1);
  client.send(slow, 2, "behind it");
  client.send(other, 1, "alone");
  client.list_sent(other, Instant{1});
  client.recall(slow, 1);                      // it has begun
  client.recall(slow, 7);                      // never heard of
  client.recall(chat_facts("c-no", "no"), 1);  // nor of the chat
  CHECK(collector.count() == 0);
  client.recall(slow, 2);
  client.recall(other, 1);
  REQUIRE(collector.count() == 2);
  for (const auto& report : collector.wait_for(2)) {
    const auto& failed = std::get<SendFailed>(report.event);
    CHECK(failed.message == (report.chat == slow.id ? 2 : 1));
    CHECK(failed.failure == SendFailure::withdrawn);
    CHECK(failed.detail == "taken back");
  }
  client.recall(slow, 2);  // again
  CHECK(collector.count() == 2);
  // There is room for as many as before, and both chats go on.
  client.send(chat_facts("c-third", "third"), 1, "taken back in its turn");
  client.recall(chat_facts("c-third", "third"), 1);
  client.send(chat_facts("c-third", "third"), 2, "third");
  client.send(other, 2, "two");
  CHECK(collector.count() == 3);
  gate.open();
  const auto reports = collector.wait_for(6);
  CHECK(std::count_if(reports.begin(), reports.end(),
                      [](const auto& report) { return std::holds_alternative<SendSucceeded>(report.event); }) == 3);
  const std::lock_guard lock(mutex);
  std::sort(texts.begin(), texts.end());
  CHECK(texts == std::vector<std::string>{"begun", "third", "two"});
}

TEST_CASE("stop: waiting sends are withdrawn, one under way is cut off as ambiguous, later ones are withdrawn") {
  HttpStand stand;
  Gate gate;
  stand.server.Post(kMessages, [&](const httplib::Request&, httplib::Response& response) {
    gate.pass();
    created(response);
  });
  auto options = options_for(stand.start(), 1);
  options.drain_timeout = Duration(100);
  Collector collector;
  UnipileClient client(options, collector.post());
  client.send(chat_facts(), 1, "x");
  gate.wait_arrived(1);
  client.send(chat_facts(), 2, "x");
  client.send(chat_facts("c2", "other"), 3, "x");
  client.stop();
  client.stop();
  client.send(chat_facts(), 4, "x");
  const auto reports = collector.wait_for(4);
  REQUIRE(reports.size() == 4);
  for (const auto& report : reports) {
    const auto& failed = std::get<SendFailed>(report.event);
    CAPTURE(failed.message);
    CHECK(failed.failure == (failed.message == 1 ? SendFailure::ambiguous : SendFailure::withdrawn));
    CHECK(failed.detail == (failed.message == 1 ? "cut off by the shutdown" : "shutting down"));
  }
  gate.open();
}

TEST_CASE("stop: a request under way may finish within the drain time") {
  HttpStand stand;
  Gate gate;
  stand.server.Post(kMessages, [&](const httplib::Request&, httplib::Response& response) {
    gate.pass();
    created(response);
  });
  auto options = options_for(stand.start(), 1);
  options.drain_timeout = Duration(20000);
  Collector collector;
  UnipileClient client(options, collector.post());
  client.send(chat_facts(), 1, "x");
  gate.wait_arrived(1);
  client.send(chat_facts(), 2, "x");
  auto stopped = std::async(std::launch::async, [&] { client.stop(); });
  CHECK(collector.first<SendFailed>().message == 2);                                       // the stop is under way
  CHECK(stopped.wait_for(std::chrono::milliseconds(150)) == std::future_status::timeout);  // and waits
  gate.open();
  stopped.get();
  CHECK(std::get<SendSucceeded>(collector.wait_for(2)[1].event).message == 1);
}

TEST_CASE("the channel can be destroyed with work left") {
  HttpStand stand;
  stand.server.Post(kMessages, [&](const httplib::Request&, httplib::Response& response) { created(response); });
  const auto url = stand.start();
  Collector collector;
  {
    UnipileClient client(options_for(url, 4), collector.post());
    for (MessageNumber i = 0; i < 50; ++i) client.send(chat_facts("c" + std::to_string(i % 7)), i, "x");
  }
  CHECK(collector.count() == 50);  // each send is reported once
}
