// Chunked bodies, and the routes whose bodies may be larger, attacked on the server class itself: whatever is sent, no
// more than the limit is kept, nothing behind a body is read as a request, and the server goes on.
#include "http/reply.hpp"
#include "support/attacked_server.hpp"

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include <doctest/doctest.h>

namespace {

using e2e::kLong;
using e2e::kSmuggled;
using e2e::RawClient;
using e2e::resident_kib;
using e2e::statuses;
using sessioncore::server::HttpError;
using sessioncore::server::HttpOptions;

constexpr std::uint64_t kBytesMax = 256 * 1024;

HttpOptions small_limits() {
  HttpOptions options = e2e::patient();
  options.connections_max = 32;
  options.body_bytes_max = 1024;
  return options;
}

/// What the handlers keep.
class Bodies {
 public:
  /// Returns when nobody holds the handlers any more.
  void add(const std::string& body) {
    std::unique_lock lock(mutex_);
    bodies_.push_back(body);
    changed_.notify_all();
    changed_.wait(lock, [this] { return !held_; });
  }
  std::vector<std::string> taken() {
    const std::lock_guard lock(mutex_);
    return bodies_;
  }
  /// From now on requests stay in their handlers, until `let_go`.
  void hold() {
    const std::lock_guard lock(mutex_);
    held_ = true;
  }
  void let_go() {
    const std::lock_guard lock(mutex_);
    held_ = false;
    changed_.notify_all();
  }
  [[nodiscard]] bool wait_for(std::size_t count, std::chrono::seconds patience) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return bodies_.size() >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  std::vector<std::string> bodies_;
};

struct Running : Bodies, e2e::AttackedServer {
  explicit Running(const HttpOptions& options = small_limits()) : AttackedServer(options) {
    const auto admit = [](const httplib::Request& in) {
      if (in.has_header("X-No")) throw HttpError(401, "unauthorized", "no");
    };
    const auto keep = [this](const httplib::Request& in, httplib::Response& out) {
      add(in.body);
      out.set_content("length=" + std::to_string(in.body.size()), "text/plain");
    };
    server.Post("/webhooks/large", {admit, kBytesMax}, keep);
    server.Put("/things/{name}", keep);
    server.Post("/usual", [](const httplib::Request&, httplib::Response& out) { out.set_content("x", "text/plain"); });
    start();
  }
  ~Running() { let_go(); }
};

std::string head(const std::string& headers, const std::string& path = "/webhooks/large") {
  return "POST " + path + " HTTP/1.1\r\n" + headers + "\r\n";
}

std::string chunked_head(const std::string& more = "") {
  return head("Transfer-Encoding: chunked\r\n" + more);
}

std::string chunk(const std::string& content) {
  char size[32];
  std::snprintf(size, sizeof size, "%zx\r\n", content.size());
  return size + content + "\r\n";
}

const std::string kEnd = "0\r\n\r\n";

}  // namespace

TEST_CASE("a chunked body arrives whole, and its connection ends after the reply") {
  Running running;
  const std::string big(kBytesMax - 3, 'b');
  const auto answer = running.ask(chunked_head() + chunk("a") + chunk(big) + chunk("cd") + kEnd + kSmuggled);
  CHECK(statuses(answer) == "200");
  CHECK(answer.find("Connection: close") != std::string::npos);
  REQUIRE(running.taken().size() == 1);
  CHECK(running.taken()[0] == "a" + big + "cd");
}

TEST_CASE("a body with a length may be larger than elsewhere, and its connection is kept") {
  Running running;
  const std::string body(kBytesMax, 'b');
  RawClient client(running.port);
  client.send(head("Content-Length: " + std::to_string(body.size()) + "\r\n") + body + kSmuggled);
  CHECK(statuses(client.read_until("abcd", kLong)) == "200 200");
  CHECK(running.taken().size() == 1);
  const auto more = std::to_string(kBytesMax + 1);
  CHECK(statuses(running.ask(head("Content-Length: " + more + "\r\n") + body + "b")) == "413");
  CHECK(statuses(running.ask(head("Content-Length: 1025\r\n", "/usual") + std::string(1025, 'x'))) == "413");
  CHECK(running.taken().size() == 1);
}

TEST_CASE("every post and put takes chunks, up to its limit, and the body is the handler's") {
  Running running;
  const std::string chunked = "Transfer-Encoding: chunked\r\n\r\n";
  const std::string put = "PUT /things/a HTTP/1.1\r\n" + chunked;
  const std::string fits(1000, 'x');
  CHECK(statuses(running.ask(put + chunk(fits) + chunk("last") + kEnd + kSmuggled)) == "200");
  REQUIRE(running.taken().size() == 1);
  CHECK(running.taken()[0] == fits + "last");
  CHECK(statuses(running.ask(put + chunk(fits) + chunk(fits) + kEnd + kSmuggled)) == "413");
  CHECK(statuses(running.ask("POST /usual HTTP/1.1\r\n" + chunked + chunk(fits) + kEnd + kSmuggled)) == "200");
  CHECK(statuses(running.ask("POST /usual HTTP/1.1\r\n" + chunked + chunk(fits) + chunk(fits) + kEnd)) == "413");
  CHECK(running.taken().size() == 1);
  const std::string typed = "POST /usual HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=x\r\n";
  CHECK(statuses(running.ask(typed + chunked + chunk(fits) + kEnd + kSmuggled)) == "415");
  CHECK(running.alive());
}

TEST_CASE("chunks for nobody are refused or read away, and nothing behind them is a request") {
  Running running;
  const std::string rest = " HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(kSmuggled) + kEnd + kSmuggled;
  CHECK(statuses(running.ask("POST /nowhere" + rest)) == "404");
  CHECK(statuses(running.ask("PUT /nowhere" + rest)) == "404");
  for (const char* method : {"GET", "DELETE", "PATCH", "HEAD", "OPTIONS"}) {
    CHECK_MESSAGE(statuses(running.ask(method + (" /small" + rest))) == "411", method);
  }
  const std::string endless(64 * 1024, 'x');
  std::string many;
  for (int n = 0; n < 8; ++n) many += chunk(endless);
  CHECK(statuses(running.ask("POST /nowhere HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + many + kEnd)) == "413");
  CHECK(running.alive());
}

TEST_CASE("a chunked body that is too long is cut off: in one chunk, in many, without end") {
  Running running;
  const std::string piece(64 * 1024, 'x');
  CHECK(statuses(running.ask(chunked_head() + chunk(std::string(kBytesMax + 1, 'x')) + kEnd + kSmuggled)) == "413");
  std::string many;
  for (int n = 0; n < 5; ++n) many += chunk(piece);
  CHECK(statuses(running.ask(chunked_head() + many + kEnd + kSmuggled)) == "413");

  const long before = resident_kib();
  RawClient endless(running.port);
  endless.send(chunked_head() + "7fffffff\r\n");
  std::size_t sent = 0;
  for (int n = 0; n < 2000; ++n) {
    const auto count = endless.send(piece);
    sent += count;
    if (count < piece.size()) break;
  }
  const auto answer = endless.read_all(kLong);
  CHECK((answer.empty() || statuses(answer) == "413"));
  CHECK(sent < 2000 * piece.size());
  CHECK(resident_kib() - before < 16 * 1024);
  CHECK(running.taken().empty());
  CHECK(running.alive());
}

TEST_CASE("framing that says nothing is bounded, too") {
  Running running;
  const long before = resident_kib();
  // A chunk's size with an extension that never ends, and a body of one byte in each chunk.
  CHECK(statuses(running.ask(chunked_head() + "1;" + std::string(4 * kBytesMax, 'e') + "\r\nx\r\n" + kEnd)) == "413");
  std::string crumbs;
  for (std::uint64_t n = 0; n < kBytesMax; ++n) crumbs += "1\r\nx\r\n";
  CHECK(statuses(running.ask(chunked_head() + crumbs + kEnd)) == "413");
  CHECK(resident_kib() - before < 16 * 1024);
  CHECK(running.taken().empty());
  CHECK(running.alive());
}

TEST_CASE("framing that is broken is refused, and nothing of it is read as a request") {
  Running running;
  for (const auto& body : {std::string("zz\r\nx\r\n"), std::string("ffffffffffffffffff\r\nx"), std::string("\r\n\r\n"),
                           "0\r\n" + kSmuggled}) {
    CAPTURE(body);
    CHECK(statuses(running.ask(chunked_head() + body + kSmuggled)) == "400");
  }
  CHECK(running.taken().empty());
  // The library takes a chunk that is longer than it says for the end of the body.
  CHECK(statuses(running.ask(chunked_head() + "2\r\nxyz\r\n" + kEnd + kSmuggled)) == "200");
  CHECK(running.taken() == std::vector<std::string>{"xy"});
  CHECK(running.alive());
}

TEST_CASE("a chunk of a negative size is waited for in vain, and nothing of it is read as a request") {
  Running running(e2e::impatient(small_limits()));
  CHECK(statuses(running.ask(chunked_head() + "-5\r\n" + kSmuggled)) == "408");
  CHECK(running.taken().empty());
  CHECK(running.alive());
}

TEST_CASE("compressed, contradicting and unknown encodings are refused") {
  Running running;
  const std::string gzip("\x1f\x8b\x08\x00\x00\x00\x00\x00", 8);
  CHECK(statuses(running.ask(chunked_head("Content-Encoding: gzip\r\n") + chunk(gzip) + kEnd)) == "415");
  CHECK(statuses(running.ask(head("Transfer-Encoding: gzip, chunked\r\n") + chunk(gzip) + kEnd)) == "400");
  CHECK(statuses(running.ask(head("Transfer-Encoding: gzip\r\n") + gzip)) == "400");
  CHECK(statuses(running.ask(chunked_head("Transfer-Encoding: chunked\r\n") + kEnd)) == "400");
  CHECK(statuses(running.ask(chunked_head("Content-Length: 3\r\n") + kEnd + kSmuggled)) == "400");
  CHECK(running.taken().empty());
}

TEST_CASE("a head that is refused costs no body, and ends the connection") {
  Running running;
  const std::string body(100, 'x');
  const auto with_length = head("X-No: 1\r\nContent-Length: 100\r\n");
  CHECK(statuses(running.ask(with_length + body + kSmuggled)) == "401");
  CHECK(statuses(running.ask(with_length)) == "401");
  CHECK(statuses(running.ask(chunked_head("X-No: 1\r\n") + chunk(body) + kEnd + kSmuggled)) == "401");
  CHECK(running.taken().empty());
}

TEST_CASE("a slow body is given up, and one that is left") {
  Running running(e2e::impatient(small_limits()));
  RawClient slow(running.port);
  slow.send(chunked_head() + "5\r\nab");
  CHECK(statuses(slow.read_all(kLong)) == "408");
  {
    RawClient left(running.port);
    left.send(chunked_head() + "5\r\nab");
    left.reset();
  }
  CHECK(running.taken().empty());
  CHECK(running.alive());
}

TEST_CASE("large bodies have room for four at once, and it is given back") {
  Running running;
  const std::string whole = chunked_head() + chunk(std::string(kBytesMax, 'x')) + kEnd;
  running.hold();
  std::vector<std::unique_ptr<RawClient>> held;
  for (int n = 0; n < 4; ++n) {
    held.push_back(std::make_unique<RawClient>(running.port));
    held.back()->send(whole);
  }
  REQUIRE(running.wait_for(4, kLong));
  CHECK(statuses(running.ask(chunked_head() + chunk("x") + kEnd)) == "503");
  CHECK(running.alive());
  running.let_go();
  for (const auto& client : held) CHECK(statuses(client->read_all(kLong)) == "200");
  CHECK(statuses(running.ask(whole)) == "200");
}

TEST_CASE("large bodies that never end do not add up without end") {
  Running running(e2e::impatient(small_limits()));
  // Each of them stops just before its end. What has come of one counts while the others come, so more than the four
  // that are one too many may be refused.
  std::vector<std::unique_ptr<RawClient>> waiting;
  for (int n = 0; n < 8; ++n) {
    waiting.push_back(std::make_unique<RawClient>(running.port));
    waiting.back()->send(chunked_head() + chunk(std::string(kBytesMax, 'x')));
  }
  for (const auto& client : waiting) {
    const auto status = statuses(client->read_all(kLong));
    CHECK_MESSAGE((status == "503" || status == "408"), status);
  }
  CHECK(running.taken().empty());
  CHECK(statuses(running.ask(chunked_head() + chunk(std::string(kBytesMax, 'x')) + kEnd)) == "200");
}
