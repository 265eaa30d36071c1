// Each weakness of the HTTP library of Debian 12, and of servers with one thread per connection, attacked on the server
// class itself. The routes are the test's own.
#include "http/connection.hpp"
#include "http/reply.hpp"
#include "support/attacked_server.hpp"

#include <atomic>
#include <future>
#include <memory>
#include <vector>

#include <doctest/doctest.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using e2e::kLong;
using e2e::kSmuggled;
using e2e::RawClient;
using e2e::resident_kib;
using e2e::statuses;
using sessioncore::server::Connection;
using sessioncore::server::ConnectionLimits;
using sessioncore::server::HttpError;
using sessioncore::server::HttpOptions;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

HttpOptions small_limits() {
  HttpOptions options = e2e::patient();
  options.connections_max = 16;
  options.waiting_max = 16;
  options.body_bytes_max = 1024 * 1024;
  return options;
}

/// Pieces of a thousand bytes: more than the server throws away of what it has refused, and all that the kernel may
/// hold of it besides, which can be many times as much.
constexpr int kFlood = 500'000;

/// What the handlers use.
struct Seen {
  std::atomic<int> posts{0};
  std::promise<void> entered;
  std::promise<void> let_go;
};

struct Running : Seen, e2e::AttackedServer {
  explicit Running(const HttpOptions& options = small_limits()) : AttackedServer(options) {
    server.Get("/who", [](const httplib::Request& in, httplib::Response& out) {
      out.set_content("address=" + in.remote_addr, "text/plain");
    });
    server.Get("/throw",
               [](const httplib::Request&, httplib::Response&) { throw std::runtime_error("SECRET-DETAIL"); });
    server.Get("/throw-int", [](const httplib::Request&, httplib::Response&) { throw 42; });
    const auto length = [this](const httplib::Request& in, httplib::Response& out) {
      ++posts;
      out.set_content("length=" + std::to_string(in.body.size()), "text/plain");
    };
    server.Post("/length", length);
    server.Post("/webhooks/any", length);
    const auto admit = [](const httplib::Request& in) {
      if (in.get_header_value("X-Key") != "right") throw HttpError(401, "unauthorized", "no");
    };
    server.Post("/keyed", {admit}, length);
    server.Post("/slow", [this](const httplib::Request&, httplib::Response& out) {
      entered.set_value();
      let_go.get_future().wait();
      out.set_content("finished", "text/plain");
    });
    start();
  }
};

std::string post(const std::string& head, const std::string& body) {
  return "POST /length HTTP/1.1\r\n" + head + "\r\n" + body;
}

}  // namespace

TEST_CASE("a request inside of a chunked body is a body") {
  Running running;
  const auto answer = running.ask(post("Transfer-Encoding: chunked\r\n", "17\r\n" + kSmuggled + "\r\n0\r\n\r\n"));
  CHECK(statuses(answer) == "200");
  CHECK(answer.find("length=23") != std::string::npos);
  CHECK(running.posts == 1);
}

TEST_CASE("contradicting lengths are refused and nothing after them is read as a request") {
  Running running;
  CHECK(statuses(running.ask(post("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "0\r\n\r\n" + kSmuggled))) ==
        "400");
  CHECK(statuses(running.ask(post("Content-Length: 2\r\nContent-Length: 26\r\n", "{}" + kSmuggled))) == "400");
  CHECK(statuses(running.ask(post("Content-Length: -1\r\n", kSmuggled))) == "400");
  CHECK(statuses(running.ask(post("Content-Length: 2, 2\r\n", "{}" + kSmuggled))) == "400");
  CHECK(statuses(running.ask(post("Content-Length: 99999999999999999999999\r\n", kSmuggled))) == "400");
  CHECK(running.posts == 0);
}

TEST_CASE("a GET with a body is refused, also when the body comes later") {
  Running running;
  RawClient client(running.port);
  client.send("GET /small HTTP/1.1\r\nContent-Length: " + std::to_string(kSmuggled.size()) + "\r\n\r\n");
  const auto first = client.read_until("\r\n\r\n", kLong);
  client.send(kSmuggled);
  CHECK(statuses(client.read_all(kLong)) == "400");
  CHECK(statuses(first) == "400");
}

TEST_CASE("compressed bodies are refused") {
  Running running;
  CHECK(statuses(running.ask(post("Content-Encoding: gzip\r\nContent-Length: 4\r\n", "abcd"))) == "415");
}

TEST_CASE("a body over the limit is answered 413 although it is still being sent") {
  Running running;
  const std::string body(10 * 1024 * 1024, 'x');
  const auto answer = running.ask(
      post("Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n", body));
  CHECK(statuses(answer) == "413");
  CHECK(answer.find(R"("code":"too_large")") != std::string::npos);
  CHECK(running.alive());
}

TEST_CASE("with Expect the refusal comes instead of the invitation") {
  Running running;
  const auto answer = running.ask(post("Expect: 100-continue\r\nContent-Length: 10485760\r\n", ""));
  CHECK(statuses(answer) == "413");
}

TEST_CASE("who may not post is told so before the body comes, and the connection ends") {
  Running running;
  const std::string head = "POST /keyed HTTP/1.1\r\nContent-Length: 5\r\n";
  CHECK(statuses(running.ask(head + "\r\n")) == "401");  // nothing, had it waited for the body
  CHECK(statuses(running.ask(head + "X-Key: wrong\r\n\r\n12345" + kSmuggled)) == "401");
  CHECK(statuses(running.ask(head + "Expect: 100-continue\r\n\r\n")) == "401");
  CHECK(running.posts == 0);
  CHECK(statuses(running.ask(head + "X-Key: right\r\nConnection: close\r\n\r\n12345")) == "200");
  CHECK(running.posts == 1);
}

TEST_CASE("a flood of headers is cut off, and costs no memory") {
  Running running;
  const long before = resident_kib();
  RawClient client(running.port);
  client.send("GET /small HTTP/1.1\r\n");
  const std::string header = "X-Flood: " + std::string(1000, 'y') + "\r\n";
  std::size_t taken = 0;
  for (int i = 0; i < kFlood; ++i) {
    const auto count = client.send(header);
    taken += count;
    if (count < header.size()) break;
  }
  CHECK(statuses(client.read_all(kLong)) == "431");
  CHECK(taken < kFlood * header.size());
  CHECK(resident_kib() - before < 20 * 1024);
}

TEST_CASE("more than a hundred small headers are refused") {
  Running running;
  std::string head = "GET /small HTTP/1.1\r\n";
  for (int i = 0; i < 150; ++i) head += "A" + std::to_string(i) + ": b\r\n";
  CHECK(statuses(running.ask(head + "\r\n")) == "431");
}

TEST_CASE("an endless request line is cut off") {
  Running running;
  RawClient client(running.port);
  client.send("GET /");
  const std::string piece(1000, 'a');
  std::size_t taken = 0;
  for (int i = 0; i < kFlood; ++i) {
    const auto count = client.send(piece);
    taken += count;
    if (count < piece.size()) break;
  }
  CHECK(statuses(client.read_all(kLong)) == "431");
  CHECK(taken < kFlood * piece.size());
  CHECK(statuses(running.ask("GET /" + std::string(9000, 'a') + " HTTP/1.1\r\n\r\n")) == "414");
  CHECK(statuses(running.ask("GET /" + std::string(2000, 'a') + " HTTP/1.1\r\n\r\n")) == "414");
}

TEST_CASE("a client cannot choose the address it is seen under") {
  Running running;
  const auto answer = running.ask("GET /who HTTP/1.1\r\nREMOTE_ADDR: 6.6.6.6\r\nConnection: close\r\n\r\n");
  CHECK(answer.find("address=127.0.0.1") != std::string::npos);
}

TEST_CASE("what a handler throws is not told to the client") {
  Running running;
  for (const char* path : {"/throw", "/throw-int"}) {
    const auto answer = running.ask("GET " + std::string(path) + " HTTP/1.1\r\nConnection: close\r\n\r\n");
    CHECK(statuses(answer) == "500");
    CHECK(answer.find("SECRET-DETAIL") == std::string::npos);
    CHECK(answer.find("EXCEPTION_WHAT") == std::string::npos);
    CHECK(answer.find(R"("code":"internal")") != std::string::npos);
  }
}

TEST_CASE("encoded line ends in header values are refused") {
  Running running;
  CHECK(statuses(running.ask("GET /small HTTP/1.1\r\nX-A: a%0d%0aX-B: b\r\n\r\n")) == "400");
  CHECK(statuses(running.ask("GET /small HTTP/1.1\r\nX-A: a%00b\r\n\r\n")) == "400");
}

TEST_CASE("ranges are not served") {
  Running running;
  std::string ranges = "0-0";
  while (ranges.size() < 8000) ranges += ",0-3";
  const auto answer = running.ask("GET /small HTTP/1.1\r\nRange: bytes=" + ranges + "\r\nConnection: close\r\n\r\n");
  CHECK(statuses(answer) == "200");
  CHECK(answer.size() < 1000);
  CHECK(running.alive());
}

TEST_CASE("methods nobody needs are refused") {
  Running running;
  CHECK(statuses(running.ask("TRACE /small HTTP/1.1\r\n\r\n")) == "405");
  CHECK(statuses(running.ask("CONNECT example.com:80 HTTP/1.1\r\n\r\n")) == "405");
  CHECK(statuses(running.ask("PRI * HTTP/1.1\r\n\r\n")) == "405");
}

TEST_CASE("a head that is no HTTP gets a JSON 400 and ends the connection") {
  Running running;
  const auto answer = running.ask("\x16\x03\x01\x02 this is no request\r\n\r\n" + kSmuggled);
  CHECK(statuses(answer) == "400");
  CHECK(answer.find(R"("code":"bad_request")") != std::string::npos);
}

TEST_CASE("a post without a length has an empty body, and the connection stays usable") {
  Running running;
  RawClient client(running.port);
  client.send("POST /length HTTP/1.1\r\n\r\n");
  CHECK(client.read_until("length=0", kLong).find("length=0") != std::string::npos);
  client.send("GET /small HTTP/1.1\r\nConnection: close\r\n\r\n");
  CHECK(statuses(client.read_all(kLong)) == "200 200");
}

TEST_CASE("two requests in one packet are both answered") {
  Running running;
  const auto answer = running.ask("GET /small HTTP/1.1\r\n\r\nGET /who HTTP/1.1\r\nConnection: close\r\n\r\n");
  CHECK(statuses(answer) == "200 200");
}

TEST_CASE("a provider's JSON is read whatever its content type says") {
  Running running;
  const std::string body(20'000, 'j');
  for (const char* type : {"application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"}) {
    const auto answer =
        running.ask("POST /webhooks/any HTTP/1.1\r\nConnection: close\r\nContent-Type: " + std::string(type) +
                    "\r\nContent-Length: 20000\r\n\r\n" + body);
    CHECK(answer.find("length=20000") != std::string::npos);
  }
  CHECK(statuses(running.ask(post("Content-Type: text/plain\r\nContent-Length: 2\r\n", "{}"))) == "415");
}

TEST_CASE("a request that drips is ended, head and body alike") {
  Running running(e2e::impatient(small_limits()));
  for (const std::string& begun :
       {std::string("GET /small HTTP/1.1\r\nX-Slow: "), post("Content-Length: 100000\r\n", "a")}) {
    RawClient client(running.port);
    client.send(begun);
    const auto start = Clock::now();
    // One byte now and then: each of them alone would reset a timeout that counts silence only.
    while (Clock::now() - start < kLong) {
      if (client.send("a") == 0) break;
      if (!client.read_until("\r\n\r\n", milliseconds(50)).empty()) break;
    }
    CHECK(statuses(client.read_all(kLong)) == "408");
    CHECK(Clock::now() - start < kLong);
  }
}

TEST_CASE("idle and silent connections give way to work") {
  Running running;
  std::vector<std::unique_ptr<RawClient>> idle;
  for (int i = 0; i < 16; ++i) {
    idle.push_back(std::make_unique<RawClient>(running.port));
    if (i % 2 == 0) {
      idle.back()->send("GET /small HTTP/1.1\r\n\r\n");
      REQUIRE(idle.back()->read_until("abcd", kLong).find("abcd") != std::string::npos);
    }
  }
  CHECK(running.alive());  // long before one of them would be ended for its own sake
}

TEST_CASE("more connections than can wait are told so") {
  auto options = small_limits();
  options.connections_max = 1;
  options.waiting_max = 1;
  Running running(options);
  RawClient working(running.port);
  working.send("POST /slow HTTP/1.1\r\n\r\n");
  running.entered.get_future().wait();
  RawClient waiting(running.port);
  RawClient refused(running.port);
  CHECK(statuses(refused.read_all(kLong)) == "503");
  running.let_go.set_value();
  CHECK(working.read_until("finished", kLong).find("finished") != std::string::npos);
}

TEST_CASE("hundreds of clients that connect at once are all answered") {
  auto options = small_limits();
  options.waiting_max = 1000;
  options.connection.idle_under_pressure = 2 * kLong;  // however long it takes this thread to speak
  Running running(options);
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 400; ++i) {
    clients.push_back(std::make_unique<RawClient>(running.port));
    clients.back()->send("GET /small HTTP/1.1\r\nConnection: close\r\n\r\n");
  }
  int answered = 0;
  for (auto& client : clients) answered += statuses(client->read_all(kLong)) == "200" ? 1 : 0;
  CHECK(answered == 400);
}

TEST_CASE("clients that vanish in the middle do no harm") {
  auto options = small_limits();
  options.waiting_max = 100;
  Running running(options);
  for (int i = 0; i < 50; ++i) {
    RawClient client(running.port);
    client.send(i % 2 == 0 ? "GET /small HTTP/1.1\r\n\r\n" : post("Content-Length: 500000\r\n", "abc"));
    client.reset();
  }
  CHECK(running.alive());
}

TEST_CASE("stopping finishes what is being served and answers nobody else") {
  auto running = std::make_unique<Running>();
  const int port = running->port;
  RawClient client(port);
  client.send("POST /slow HTTP/1.1\r\n\r\n");
  running->entered.get_future().wait();
  running->server.stop();
  const auto refused = [port] {
    try {
      RawClient late(port);
      return late.closed(milliseconds(100));
    } catch (const std::runtime_error&) {
      return true;
    }
  };
  const auto until = Clock::now() + kLong;
  bool gone = false;
  while (!gone && Clock::now() < until) gone = refused();
  CHECK(gone);
  running->let_go.set_value();
  CHECK(client.read_until("finished", kLong).find("finished") != std::string::npos);
  running.reset();
}

TEST_CASE("stopping answers a request that has come, though no thread has read it yet") {
  auto options = small_limits();
  options.connections_max = 1;
  options.waiting_max = 1;
  Running running(options);
  RawClient working(running.port);
  working.send("POST /slow HTTP/1.1\r\n\r\n");
  running.entered.get_future().wait();
  RawClient waiting(running.port);
  waiting.send("GET /small HTTP/1.1\r\n\r\n");
  RawClient refused(running.port);
  REQUIRE(statuses(refused.read_all(kLong)) == "503");  // so the one before it was accepted
  running.server.stop();
  running.let_go.set_value();
  CHECK(statuses(waiting.read_all(kLong)) == "200");
}

TEST_CASE("a request that comes while a connection is given up is taken") {
  int sockets[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) == 0);
  const int never = ::eventfd(0, EFD_CLOEXEC);
  const ConnectionLimits limits;
  {
    Connection connection(sockets[0], limits, never);
    const auto give_up = [&](milliseconds) {
      REQUIRE(::send(sockets[1], "GET", 3, MSG_NOSIGNAL) == 3);
      return true;
    };
    CHECK(connection.wait_for_request(give_up));
  }
  ::close(sockets[1]);
  ::close(never);
}

TEST_CASE("half a request holds up no stop, whether its client is silent or drips") {
  auto options = small_limits();
  options.connection.stop_patience = milliseconds(300);
  const struct {
    std::string begun;
    std::string sign_of_reading;
    std::string statuses;
  } halves[] = {
      {"GET /small HTTP/1.1\r\n\r\nGET /small HTTP/1.1\r\nX-Half: ", "abcd", "200 503"},
      {post("Expect: 100-continue\r\nContent-Length: 100000\r\n", ""), "100 Continue", "100 503"},
      {post("Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n", ""), "100 Continue", "100 503"},
  };
  for (const bool drips : {false, true}) {
    for (const auto& half : halves) {
      Running running(options);
      RawClient client(running.port);
      client.send(half.begun);
      REQUIRE(client.read_until(half.sign_of_reading, kLong).find(half.sign_of_reading) != std::string::npos);
      const auto start = Clock::now();
      running.server.stop();
      while (drips && Clock::now() - start < kLong && client.send("1") == 1) {
        if (client.read_until("503", milliseconds(20)).find("503") != std::string::npos) break;
      }
      CHECK(statuses(client.read_all(kLong)) == half.statuses);
      CHECK(Clock::now() - start < kLong);
    }
  }
}
