/// TLS, and proxies. All over loopback with certificates made here.
#include "certificates.hpp"
#include "fake_service.hpp"
#include "forward_proxy.hpp"
#include "harness.hpp"
#include "tcp_stub.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace sessioncore;
using namespace sessioncore::elevenlabs;
using namespace sessioncore::elevenlabs::testing;

namespace {

FakePlan secure_plan(const Certificates& certificates) {
  FakePlan plan;
  plan.certificate_file = certificates.certificate();
  plan.key_file = certificates.key();
  return plan;
}

/// A plain service that sends its client to the WebSocket of another one.
FakePlan plan_pointing_to(const std::string& url) {
  FakePlan plan;
  plan.signed_url_body = R"({"signed_url":")" + url + R"("})";
  return plan;
}

Options options_with(const std::string& base_url, const std::string& ca_file) {
  auto options = options_for(base_url);
  options.ca_file = ca_file;
  return options;
}

}  // namespace

TEST_CASE("a certificate for the right host from a known authority is accepted") {
  const Certificates certificates;
  FakeService service(secure_plan(certificates));
  Rig rig(options_with(service.base_url("localhost"), certificates.authority()));
  rig.open_ready("c1");
  rig.ask("c1", "hello");
  REQUIRE(service.saw_frames(2));
  CHECK(service.frames()[1] == R"({"text":"hello","type":"user_message"})");
  // Both the request and the WebSocket say whom they want: one address may serve many hosts.
  CHECK(service.server_names() == std::vector<std::string>{"localhost", "localhost"});
}

TEST_CASE("a close by the service is reported at once over TLS too") {
  const Certificates certificates;
  FakeService service(secure_plan(certificates));
  auto options = options_with(service.base_url("localhost"), certificates.authority());
  options.close_timeout = kNever;  // were it waited for, nothing would be reported
  Rig rig(options);
  rig.open_ready("c1");
  service.close(1002);
  const auto closed = rig.events.wait<LinkClosed>("c1");
  CHECK(closed.loss == LinkLoss::failed);
  CHECK(closed.detail == "closed by the service (1002)");
}

TEST_CASE("a WebSocket whose certificate is for another host is refused") {
  const Certificates certificates;
  FakeService secure(secure_plan(certificates));
  FakeService door(plan_pointing_to("wss://127.0.0.1:" + std::to_string(secure.port()) + "/talk"));
  Rig rig(options_with(door.base_url(), certificates.authority()));
  rig.open("c1");
  const auto closed = rig.events.wait<LinkClosed>("c1");
  CHECK(closed.loss == LinkLoss::failed);
  CHECK(closed.detail == "TLS handshake failed: the certificate is for another host");
  CHECK(secure.requests().empty());
}

TEST_CASE("a WebSocket whose authority is unknown is refused") {
  const Certificates certificates;
  FakeService secure(secure_plan(certificates));
  FakeService door(plan_pointing_to("wss://localhost:" + std::to_string(secure.port()) + "/talk"));
  Rig rig(options_for(door.base_url()));
  rig.open("c1");
  const auto closed = rig.events.wait<LinkClosed>("c1");
  CHECK(closed.loss == LinkLoss::failed);
  CHECK(closed.detail.find("TLS handshake failed: ") == 0);
  CHECK(closed.detail.find("certificate") != std::string::npos);
  CHECK(secure.requests().empty());
}

TEST_CASE("the request for a signed URL checks host and authority too") {
  const Certificates certificates;
  FakeService secure(secure_plan(certificates));
  Rig wrong_host(options_with(secure.base_url("127.0.0.1"), certificates.authority()));
  wrong_host.open("c1");
  CHECK(wrong_host.events.wait<LinkClosed>("c1").loss == LinkLoss::failed);
  Rig unknown(options_for(secure.base_url("localhost")));
  unknown.open("c1");
  CHECK(unknown.events.wait<LinkClosed>("c1").loss == LinkLoss::failed);
  CHECK(secure.requests().empty());
}

TEST_CASE("a service that stops in the middle of the TLS handshake is given up in time") {
  TcpStub mute([](TcpStub& stub, int connection) { stub.wait_for_end(connection); });
  FakeService door(plan_pointing_to("wss://localhost:" + std::to_string(mute.port()) + "/talk"));
  auto options = options_for(door.base_url());
  options.open_timeout = 300ms;
  Rig rig(options);
  rig.open("c1");
  CHECK(rig.events.wait<LinkClosed>("c1").loss == LinkLoss::failed);
}

TEST_CASE("a proxy carries requests and WebSockets, both to the real host's certificate") {
  const Certificates certificates;
  FakeService service(secure_plan(certificates));
  ForwardProxy proxy;
  auto options = options_with(service.base_url("localhost"), certificates.authority());
  options.proxy = proxy.url("user:pass@");
  Rig rig(options);
  rig.open_ready("c1");
  CHECK(proxy.accepted() == 2);
  const auto seen = proxy.heads();
  const auto connect = "CONNECT localhost:" + std::to_string(service.port());
  CHECK(seen.find(connect) != seen.rfind(connect));
  const std::string credentials = "Proxy-Authorization: Basic dXNlcjpwYXNz";
  CHECK(seen.find(credentials) != seen.rfind(credentials));
  CHECK(seen.find("test-key") == std::string::npos);
  // What is for the proxy stays there.
  for (const auto& head : service.heads()) CHECK(head.find("dXNlcjpwYXNz") == std::string::npos);
}

TEST_CASE("a proxy carries plain connections too") {
  FakeService service({});
  ForwardProxy proxy;
  auto options = options_for(service.base_url());
  options.proxy = proxy.url();
  Rig rig(options);
  rig.open_ready("c1");
  CHECK(proxy.accepted() == 2);
}

TEST_CASE("a proxy that refuses, or answers nonsense, is a failure") {
  for (const auto* answer :
       {"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n", "nonsense\r\n\r\n"}) {
    CAPTURE(std::string(answer));
    FakeService service({});
    TcpStub proxy([&](TcpStub& stub, int client) {
      const auto head = stub.read_head(client);
      if (head.rfind("CONNECT ", 0) == 0) {
        TcpStub::write(client, answer);
        return stub.wait_for_end(client);
      }
      const int target = TcpStub::dial(service.port());
      TcpStub::write(target, head);
      stub.relay(client, target);
      ::close(target);
    });
    auto options = options_for(service.base_url());
    options.proxy = "http://127.0.0.1:" + std::to_string(proxy.port());
    options.open_timeout = 1000ms;
    Rig rig(options);
    rig.open("c1");
    CHECK(rig.events.wait<LinkClosed>("c1").loss == LinkLoss::failed);
  }
}
