// The channel against a well-behaved server: what it sends, and what each answer becomes.
#include "client.hpp"
#include "http_stand.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace sessioncore;
using namespace sessioncore::unipile;
using namespace sessioncore::unipile::tests;

namespace {

constexpr const char* kMessages = R"(/api/v1/chats/([^/]+)/messages)";

// What one send becomes when the service answers so.
Event answered(int status, const std::string& body) {
  HttpStand stand;
  stand.server.Post(kMessages, [&](const httplib::Request&, httplib::Response& response) {
    response.status = status;
    response.set_content(body, "application/json");
  });
  return sent_with(options_for(stand.start()));
}

SendFailed refused(int status, const std::string& slug) {
  return std::get<SendFailed>(
      answered(status, R"({"status":)" + std::to_string(status) + R"(,"type":"errors/)" + slug + R"(","title":"t"})"));
}

}  // namespace

TEST_CASE("send: a form with text and account, the key, the encoded chat id") {
  HttpStand stand;
  httplib::Request seen;
  std::string path;
  stand.server.set_pre_routing_handler([&](const httplib::Request& request, httplib::Response&) {
    path = request.target;
    return httplib::Server::HandlerResponse::Unhandled;
  });
  stand.server.Post(".*", [&](const httplib::Request& request, httplib::Response& response) {
    seen = request;
    response.status = 201;
    response.set_content(R"({"object":"MessageSent","message_id":"msg_out_9"})", "application/json");
  });
  Collector collector;
  UnipileClient client(options_for(stand.start()), collector.post());
  const std::string text = "Elbette, \"saat\" kaçta?\r\n--form-\r\n\r\n\xF0\x9F\x98\x80 & <b>";
  client.send(chat_facts("c1", "chat a/ü?#%"), {3, 1}, text);
  const auto succeeded = collector.first<SendSucceeded>();
  CHECK(succeeded.send.message == 3);
  CHECK(succeeded.provider_id == ProviderMessageId("msg_out_9"));
  CHECK(collector.wait_for(1).front().chat == ChatId("c1"));
  CHECK(path == "/api/v1/chats/chat%20a%2F%C3%BC%3F%23%25/messages");
  CHECK(seen.get_header_value("X-API-KEY") == "key-1");
  CHECK(seen.get_header_value("Accept") == "application/json");
  CHECK(seen.get_header_value("Content-Type").rfind("multipart/form-data; boundary=", 0) == 0);
  CHECK(seen.files.size() == 2);
  CHECK(seen.get_file_value("text").content == text);
  CHECK(seen.get_file_value("account_id").content == "acc_clinic");
}

TEST_CASE("send: what each answer becomes") {
  CHECK(!std::get<SendSucceeded>(answered(201, R"({"object":"MessageSent","message_id":null})")).provider_id);
  CHECK(!std::get<SendSucceeded>(answered(201, "no JSON")).provider_id);
  CHECK(refused(401, "disconnected_account").failure == SendFailure::disconnected);
  CHECK(refused(401, "invalid_credentials").failure == SendFailure::permanent);
  CHECK(refused(429, "too_many_requests").failure == SendFailure::retryable);
  CHECK(refused(500, "unexpected_error").failure == SendFailure::retryable);
  CHECK(refused(504, "request_timeout").failure == SendFailure::ambiguous);
  CHECK(refused(404, "resource_not_found").failure == SendFailure::permanent);
  CHECK(refused(422, "unprocessable_entity").detail == "HTTP 422 unprocessable_entity");
}

TEST_CASE("send: redirects are not followed, so that the key stays here") {
  HttpStand elsewhere;
  std::atomic<int> visits{0};
  elsewhere.server.Post(".*", [&](const httplib::Request&, httplib::Response&) { ++visits; });
  elsewhere.server.Get(".*", [&](const httplib::Request&, httplib::Response&) { ++visits; });
  const auto target = elsewhere.start();
  HttpStand stand;
  stand.server.Post(kMessages, [&](const httplib::Request&, httplib::Response& response) {
    response.set_redirect(target + "/api/v1/chats/x/messages", 307);
  });
  const auto failed = std::get<SendFailed>(sent_with(options_for(stand.start())));
  CHECK(failed.failure == SendFailure::permanent);
  CHECK(failed.detail == "HTTP 307");
  CHECK(visits == 0);
}

TEST_CASE("send: an answer that is too long is cut off, its status still counts") {
  for (const bool announced : {true, false}) {
    CAPTURE(announced);
    HttpStand stand;
    std::atomic<std::size_t> written{0};
    stand.server.Post(kMessages, [&](const httplib::Request&, httplib::Response& response) {
      response.status = 500;
      const std::string piece(65536, 'x');
      const std::size_t total = 64U << 20U;
      if (announced) {
        response.set_content_provider(total, "application/json",
                                      [&, piece](std::size_t, std::size_t, httplib::DataSink& sink) {
                                        written += piece.size();
                                        return sink.write(piece.data(), piece.size());
                                      });
      } else {
        response.set_chunked_content_provider("application/json", [&, piece](std::size_t at, httplib::DataSink& sink) {
          written += piece.size();
          if (at > total) sink.done();
          return sink.write(piece.data(), piece.size());
        });
      }
    });
    const auto failed = std::get<SendFailed>(sent_with(options_for(stand.start())));
    CHECK(failed.failure == SendFailure::retryable);
    CHECK(failed.detail == "HTTP 500 (the answer is longer than 1048576 bytes)");
    CHECK(written < (32U << 20U));
  }
}

TEST_CASE("send: a key that would inject a header never leaves the process") {
  HttpStand stand;
  std::atomic<int> requests{0};
  stand.server.Post(".*", [&](const httplib::Request&, httplib::Response&) { ++requests; });
  auto options = options_for(stand.start());
  for (const auto* key : {"key\r\nX-Admin: yes", "key\nX: y", ""}) {
    options.api_key = key;
    CHECK(!check(options));
    const auto failed = std::get<SendFailed>(sent_with(options));
    CHECK(failed.failure == SendFailure::permanent);
    CHECK(failed.detail.starts_with("api_key: "));
  }
  options.api_key = std::string("key\0more", 8);
  CHECK(check(options).error().detail == "api_key: holds control characters");
  CHECK(requests == 0);
}

TEST_CASE("send: a chat id that names another path is refused") {
  HttpStand stand;
  std::atomic<int> requests{0};
  stand.server.Post(".*", [&](const httplib::Request&, httplib::Response&) { ++requests; });
  const auto url = stand.start();
  for (const auto* id : {"", ".", ".."}) {
    Collector collector;
    UnipileClient client(options_for(url), collector.post());
    client.send(chat_facts("c1", id), {1, 1}, "Merhaba");
    CHECK(collector.first<SendFailed>().failure == SendFailure::permanent);
  }
  CHECK(requests == 0);
}

TEST_CASE("send: logs name the message and hold neither text nor key") {
  HttpStand stand;
  stand.server.Post(kMessages, [](const httplib::Request&, httplib::Response& response) { response.status = 500; });
  auto options = options_for(stand.start());
  LogLines lines;
  options.log = lines.into();
  Collector collector;
  UnipileClient client(options, collector.post());
  client.send(chat_facts(), {7, 1}, "private words");
  collector.wait_for(1);
  CHECK(lines.text() == "unipile: sending c1-m7 failed: HTTP 500\n");
}

TEST_CASE("options: the first one that cannot work is named") {
  const auto refusal = [](auto change) {
    auto options = options_for("https://api1.example.com:13111");
    change(options);
    const auto checked = check(options);
    return checked ? std::string() : checked.error().detail;
  };
  using O = ChannelOptions;
  CHECK(refusal([](O&) {}).empty());
  CHECK(refusal([](O& o) { o.base_url = "http://[::1]:80/"; }).empty());
  CHECK(refusal([](O& o) { o.base_url = "http://unipile_of_staging:8080"; }).empty());
  CHECK(refusal([](O& o) { o.base_url = ""; }) == "base_url: empty");
  CHECK(refusal([](O& o) { o.base_url = "ftp://example.com"; }) == "base_url: must start with http:// or https://");
  CHECK(refusal([](O& o) { o.base_url = "https://example.com/api"; }) == "base_url: must have no path");
  CHECK(refusal([](O& o) { o.base_url = "https://example.com:0"; }) == "base_url: the port must be 1 to 65535");
  CHECK(refusal([](O& o) { o.base_url = "https://example.com:99999999999"; }) ==
        "base_url: the port must be 1 to 65535");
  CHECK(refusal([](O& o) { o.base_url = "https://user@example.com"; }) ==
        "base_url: the host is no host name or address");
  CHECK(refusal([](O& o) { o.base_url = "https://"; }) == "base_url: the host is no host name or address");
  CHECK(refusal([](O& o) { o.ca_file = "/nonexistent/ca.pem"; }) == "ca_file: cannot be read as certificates");
  for (const char* proxy :
       {"http://proxy.example.com", "http://user:p@ss:w@proxy.example.com:3128/", "http://[::1]:1"}) {
    CAPTURE(proxy);
    CHECK(refusal([&](O& o) { o.proxy = proxy; }).empty());
  }
  for (const char* proxy :
       {"proxy.example.com:3128", "https://proxy.example.com", "http://", "http://proxy.example.com/x",
        "http://secret@proxy.example.com", "http://:secret@proxy.example.com", "http://proxy.example.com:80x"}) {
    CAPTURE(proxy);
    CHECK(refusal([&](O& o) { o.proxy = proxy; }) == "proxy: must be http://[user:password@]host[:port]");
  }
  CHECK(refusal([](O& o) { o.connect_timeout = Duration(0); }) == "connect_timeout: must be more than 0");
  CHECK(refusal([](O& o) { o.answer_bytes_max = 0; }) == "answer_bytes_max: must be more than 0");
  CHECK(refusal([](O& o) { o.workers = 0; }) == "workers: must be 1 to 64");
  CHECK(refusal([](O& o) { o.account_workers = 0; }) == "account_workers: must be more than 0");
  CHECK(refusal([](O& o) { o.queue_max = 0; }) == "queue_max: must be more than 0");
  CHECK(refusal([](O& o) { o.drain_timeout = Duration(-1); }) == "drain_timeout: must not be negative");
}
