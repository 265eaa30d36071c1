// A forward proxy between us and the service, and what each of them gets to see.
#include "../elevenlabs/certificates.hpp"
#include "../elevenlabs/forward_proxy.hpp"
#include "client.hpp"
#include "http_stand.hpp"

#include <doctest/doctest.h>

using namespace sessioncore;
using namespace sessioncore::unipile;
using namespace sessioncore::unipile::tests;
using elevenlabs::testing::Certificates;
using elevenlabs::testing::ForwardProxy;
using elevenlabs::testing::TcpStub;

namespace {

constexpr const char* kCredentials = "dXNlcjpwYXNz";  // user:pass

template <class Stand>
void answer_sends(Stand& stand, std::string& credentials) {
  stand.server.Post(".*", [&](const httplib::Request& request, httplib::Response& response) {
    credentials = request.get_header_value("Proxy-Authorization");
    response.status = 201;
    response.set_content(R"({"object":"MessageSent","message_id":"msg_1"})", "application/json");
  });
}

ChannelOptions options_through(const std::string& url, const std::string& proxy) {
  auto options = options_for(url);
  options.proxy = proxy;
  return options;
}

}  // namespace

TEST_CASE("proxy: a service on https is reached through a tunnel, which shows the proxy neither key nor text") {
  const Certificates certificates;
  std::string credentials = "none came";
  BasicHttpStand<httplib::SSLServer> stand(certificates.certificate().c_str(), certificates.key().c_str());
  answer_sends(stand, credentials);
  ForwardProxy proxy;
  auto options = options_through(stand.start("https", "localhost"), proxy.url("user:pass@"));
  options.ca_file = certificates.authority();
  CHECK(std::get<SendSucceeded>(sent_with(options)).provider_id == ProviderMessageId("msg_1"));
  CHECK(proxy.heads().find("CONNECT localhost:" + std::to_string(stand.port())) == 0);
  CHECK(proxy.heads().find(kCredentials) != std::string::npos);
  CHECK(proxy.heads().find("key-1") == std::string::npos);
  CHECK(credentials.empty());  // what is for the proxy stays there
}

TEST_CASE("proxy: a service on http is asked through it") {
  std::string credentials;
  HttpStand stand;
  answer_sends(stand, credentials);
  ForwardProxy proxy;
  const auto options = options_through(stand.start(), proxy.url("user:pass@"));
  CHECK(std::get<SendSucceeded>(sent_with(options)).provider_id == ProviderMessageId("msg_1"));
  CHECK(proxy.heads().find("POST http://127.0.0.1:" + std::to_string(stand.port()) + "/api/v1/chats/") == 0);
  CHECK(proxy.heads().find(kCredentials) != std::string::npos);
}

TEST_CASE("proxy: one that refuses has surely sent nothing") {
  for (const std::string base : {"http://127.0.0.1:1", "https://localhost:1"}) {
    CAPTURE(base);
    TcpStub proxy([](TcpStub& stub, int client) {
      stub.read_head(client);
      TcpStub::write(client, "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
      stub.wait_for_end(client);
    });
    const auto event = sent_with(options_through(base, proxy.base_url()));
    CHECK(std::get<SendFailed>(event).failure == SendFailure::retryable);
    CHECK(std::get<SendFailed>(event).detail == "the proxy refuses the credentials");
  }
}

TEST_CASE("proxy: one that opens no tunnel has surely sent nothing, of one that breaks off nobody knows") {
  for (const std::string answer : {"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 2"}) {
    CAPTURE(answer);
    TcpStub proxy([answer](TcpStub& stub, int client) {
      stub.read_head(client);
      TcpStub::write(client, answer);
    });
    const auto event = sent_with(options_through("https://localhost:1", proxy.base_url()));
    const bool told = answer.find("403") != std::string::npos;
    CHECK(std::get<SendFailed>(event).failure == (told ? SendFailure::retryable : SendFailure::ambiguous));
  }
}
