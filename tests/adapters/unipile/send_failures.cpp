// The channel against servers that misbehave: what is surely not sent, and what may have been.
#include "../elevenlabs/closed_port.hpp"
#include "client.hpp"
#include "raw_stand.hpp"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <thread>

#include <doctest/doctest.h>

using namespace sessioncore;
using namespace sessioncore::unipile;
using namespace sessioncore::unipile::tests;

namespace {

SendFailed failed_at(const ChannelOptions& options) {
  return std::get<SendFailed>(sent_with(options));
}

constexpr auto kPatience = std::chrono::seconds(60);

// Takes connections and says nothing, so that a TLS handshake with it never ends.
class SilentStand : public RawStand {
 public:
  SilentStand() : RawStand([](RawConnection& connection) { connection.read_until("what never comes"); }) {}
  [[nodiscard]] ChannelOptions options() const {
    return options_for("https" + url().substr(std::string_view("http").size()));
  }
};

}  // namespace

TEST_CASE("failure: a refused connection is surely not sent") {
  const elevenlabs::testing::ClosedPort gone;
  const auto failed = failed_at(options_for("http://127.0.0.1:" + std::to_string(gone.port())));
  CHECK(failed.failure == SendFailure::retryable);
  CHECK(failed.detail == "cannot connect");
}

TEST_CASE("failure: a host that does not exist is surely not sent") {
  // Longer than any name can be, so that no name server is asked, which may be slow.
  CHECK(failed_at(options_for("http://" + std::string(64, 'x') + ".invalid:9")).failure == SendFailure::retryable);
}

TEST_CASE("failure: the connection is closed before any answer") {
  const RawStand stand([](RawConnection& connection) { connection.read_form(); });
  const auto failed = failed_at(options_for(stand.url()));
  CHECK(failed.failure == SendFailure::ambiguous);
  CHECK(failed.detail == "the connection was lost before the answer");
  CHECK(stand.accepted() == 1);  // the library did not try again behind our back
}

TEST_CASE("failure: the connection is closed as soon as it is made") {
  const RawStand stand([](RawConnection&) {});
  CHECK(failed_at(options_for(stand.url())).failure == SendFailure::ambiguous);
}

TEST_CASE("failure: silence after the request") {
  const RawStand stand([](RawConnection& connection) {
    connection.read_form();
    connection.readable(RawConnection::kPatienceMs);  // until the client gives up
  });
  auto options = options_for(stand.url());
  options.read_timeout = Duration(150);
  const auto failed = failed_at(options);
  CHECK(failed.failure == SendFailure::ambiguous);
  CHECK(failed.detail == "no answer in time");
}

TEST_CASE("failure: an answer that drips is ended by the total time") {
  std::atomic<bool> asked{false};
  const RawStand stand([&asked](RawConnection& connection) {
    asked = connection.read_form();
    connection.write("HTTP/1.1 2");
    while (!connection.readable(20) && connection.write("0")) {
    }
  });
  auto options = options_for(stand.url());
  options.total_timeout = Duration(300);
  const auto failed = failed_at(options);
  if (asked) CHECK(failed.failure == SendFailure::ambiguous);  // else the time was over before the request was out
  CHECK(failed.detail == "the exchange took too long");
}

TEST_CASE("failure: a connection that is still being made is ended by the total time, and surely nothing was sent") {
  const SilentStand stand;
  auto options = stand.options();
  options.total_timeout = Duration(300);
  const auto begun = std::chrono::steady_clock::now();
  const auto failed = failed_at(options);
  CHECK(failed.failure == SendFailure::retryable);
  CHECK(failed.detail == "the exchange took too long");
  CHECK(std::chrono::steady_clock::now() - begun < kPatience / 2);
}

TEST_CASE("failure: a stop does not wait for a connection that is still being made") {
  const SilentStand stand;
  auto options = stand.options();
  options.drain_timeout = Duration(50);
  Collector collector;
  UnipileClient client(options, collector.post());
  client.send(chat_facts(), {3, 1}, "Merhaba");
  while (stand.accepted() == 0) std::this_thread::yield();
  const auto begun = std::chrono::steady_clock::now();
  client.stop();
  CHECK(std::chrono::steady_clock::now() - begun < kPatience / 2);
  CHECK(collector.first<SendFailed>().detail == "cut off by the shutdown");
}

TEST_CASE("failure: what is no HTTP at all") {
  const RawStand stand([](RawConnection& connection) {
    connection.read_form();
    connection.write("220 mail.example.com ESMTP\r\n\r\n");
  });
  CHECK(failed_at(options_for(stand.url())).failure == SendFailure::ambiguous);
}

TEST_CASE("failure: an answer cut off after its status line counts by its status") {
  const auto cut_off_after = [](const char* head) {
    const RawStand stand([head](RawConnection& connection) {
      connection.read_form();
      connection.write(head);
    });
    return sent_with(options_for(stand.url()));
  };
  const auto created = cut_off_after("HTTP/1.1 201 Created\r\nContent-Length: 60\r\n\r\n{\"obj");
  CHECK(!std::get<SendSucceeded>(created).provider_id);
  const auto refused = cut_off_after("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 60\r\n\r\n");
  CHECK(std::get<SendFailed>(refused).failure == SendFailure::retryable);
}

TEST_CASE("failure: a trailer field behind the answer costs nothing of it") {
  const auto with_trailer = [](const std::string& status, const std::string& body) {
    const RawStand stand([&](RawConnection& connection) {
      connection.read_form();
      char size[8];
      std::snprintf(size, sizeof size, "%zx", body.size());
      connection.write("HTTP/1.1 " + status + "\r\nTransfer-Encoding: chunked\r\nTrailer: Server-Timing\r\n\r\n" +
                       size + "\r\n" + body + "\r\n0\r\nServer-Timing: total;dur=5\r\n\r\n");
    });
    return sent_with(options_for(stand.url()));
  };
  const auto created = with_trailer("201 Created", R"({"object":"MessageSent","message_id":"msg_1"})");
  CHECK(std::get<SendSucceeded>(created).provider_id == ProviderMessageId("msg_1"));
  const auto refused = with_trailer("401 Unauthorized", R"({"type":"errors/disconnected_account"})");
  CHECK(std::get<SendFailed>(refused).failure == SendFailure::disconnected);
  CHECK(std::get<SendFailed>(refused).detail == "HTTP 401 disconnected_account");
}

TEST_CASE("failure: a reset while the request is being written does not end the process") {
  const RawStand stand([](RawConnection&) {});
  Collector collector;
  UnipileClient client(options_for(stand.url()), collector.post());
  client.send(chat_facts(), {1, 1}, std::string(8U << 20U, 'x'));
  const auto all = collector.wait_for(1);
  CHECK(std::get<SendFailed>(all.front().event).failure == SendFailure::ambiguous);
}
