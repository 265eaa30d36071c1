/// The request for a signed URL: what is asked, and each way it fails.
#include "closed_port.hpp"
#include "fake_service.hpp"
#include "harness.hpp"
#include "tcp_stub.hpp"

#include <chrono>
#include <string>

#include <doctest/doctest.h>

using namespace sessioncore;
using namespace sessioncore::elevenlabs;
using namespace sessioncore::elevenlabs::testing;

namespace {

LinkClosed loss_with(FakePlan plan) {
  FakeService service(std::move(plan));
  Rig rig(options_for(service.base_url()));
  rig.open("c1");
  const auto closed = rig.events.wait<LinkClosed>("c1");
  CHECK(rig.events.stays_at("c1", 1));
  return closed;
}

LinkClosed loss_with_body(const std::string& body) {
  FakePlan plan;
  plan.signed_url_body = body;
  return loss_with(plan);
}

}  // namespace

TEST_CASE("the request carries key and agent, the WebSocket takes the URL as it is") {
  FakePlan plan;
  FakeService service(plan);
  Rig rig(options_for(service.base_url()));
  rig.open("c1", 1, "agent/1 ä&x=y");
  rig.events.wait<LinkReady>("c1");
  const auto requests = service.requests();
  REQUIRE(requests.size() == 2);
  CHECK(requests[0] == "GET /v1/convai/conversation/get-signed-url?agent_id=agent%2F1%20%C3%A4%26x%3Dy|test-key|");
  CHECK(requests[1] == "GET /talk?sig=1||convai");
}

TEST_CASE("a URL without a path keeps its query") {
  FakeService service({});
  FakePlan plan;
  plan.signed_url_body = R"({"signed_url":"ws://127.0.0.1:)" + std::to_string(service.port()) +
                         R"(?agent_id=a&conversation_signature=s/1?2"})";
  FakeService door(plan);
  Rig rig(options_for(door.base_url()));
  rig.open("c1");
  rig.events.wait<LinkReady>("c1");
  CHECK(service.requests() == std::vector<std::string>{"GET /?agent_id=a&conversation_signature=s/1?2||convai"});
}

TEST_CASE("statuses are classified and named") {
  struct Case {
    int status;
    LinkLoss loss;
  };
  for (const Case& each : {Case{400, LinkLoss::refused}, Case{401, LinkLoss::refused}, Case{403, LinkLoss::refused},
                           Case{404, LinkLoss::refused}, Case{422, LinkLoss::refused}, Case{429, LinkLoss::busy},
                           Case{500, LinkLoss::failed}, Case{503, LinkLoss::failed}}) {
    const auto& [status, loss] = each;
    CAPTURE(each.status);
    FakePlan plan;
    plan.signed_url_status = status;
    plan.signed_url_body = R"({"detail":{"status":"some_reason","message":"m"}})";
    const auto closed = loss_with(plan);
    CHECK(closed.loss == loss);
    CHECK(closed.detail == "no signed URL: HTTP " + std::to_string(status) + " (some_reason)");
  }
}

TEST_CASE("a redirect is not followed: the key must not travel") {
  FakeService elsewhere({});
  FakePlan plan;
  plan.signed_url_status = 302;
  plan.signed_url_location = elsewhere.base_url() + "/v1/convai/conversation/get-signed-url";
  CHECK(loss_with(plan).loss == LinkLoss::failed);
  CHECK(elsewhere.requests().empty());
}

TEST_CASE("answers that hold no usable URL are failures that say why") {
  CHECK(loss_with_body("<html>").detail == "no signed URL: not JSON");
  CHECK(loss_with_body("{}").detail == "no signed URL: signed_url is missing");
  CHECK(loss_with_body(R"({"signed_url":7})").detail == "no signed URL: signed_url must be a string");
  CHECK(loss_with_body(R"({"signed_url":"http://127.0.0.1:1/"})").detail == "not a ws:// or wss:// URL");
  CHECK(loss_with_body(R"({"signed_url":""})").detail == "not a ws:// or wss:// URL");
  for (const char* port : {"1abc", "4294967297", "1#x"}) {
    CAPTURE(port);
    CHECK(loss_with_body(R"({"signed_url":"ws://127.0.0.1:)" + std::string(port) + R"(/"})").detail ==
          "not a ws:// or wss:// URL");
  }
  CHECK(loss_with_body(R"({"signed_url":"ws://:80/"})").detail == "the WebSocket URL has no usable host");
  CHECK(loss_with_body(R"({"signed_url":"ws://127.0.0.1:1/x\r\nX-Other: 1"})").detail ==
        "the WebSocket URL holds a blank or control character");
  CHECK(loss_with_body(R"({"signed_url":"ws://)" + std::string(300, 'a') + R"(.example.com/"})").detail ==
        "the WebSocket URL has no usable host");
  CHECK(loss_with_body(R"({"signed_url":"ws://127.0.0.1/)" + std::string(9000, 'a') + R"("})").detail ==
        "the WebSocket URL is too long");
}

TEST_CASE("a huge answer is broken off") {
  const auto closed = loss_with_body(std::string(3000000, 'x'));
  CHECK(closed.loss == LinkLoss::failed);
  CHECK(closed.detail == "no signed URL: the answer is too large");
}

TEST_CASE("nobody there is a failure") {
  const ClosedPort gone;
  Rig rig(options_for("http://127.0.0.1:" + std::to_string(gone.port())));
  rig.open("c1");
  CHECK(rig.events.wait<LinkClosed>("c1").loss == LinkLoss::failed);
}

TEST_CASE("an answer in drops ends with the request's time") {
  TcpStub slow([](TcpStub& stub, int connection) {
    stub.read_head(connection);
    TcpStub::write(connection, "HTTP/1.1 200 OK\r\n");
    while (stub.pause(30) && TcpStub::write(connection, "X-Drop: 1\r\n")) {
    }
  });
  auto options = options_for(slow.base_url());
  options.request_timeout = 300ms;
  Rig rig(options);
  rig.open("c1");
  CHECK(rig.events.wait<LinkClosed>("c1").loss == LinkLoss::failed);
}

TEST_CASE("a connection that is still being made ends with the request's time, too") {
  TcpStub mute([](TcpStub& stub, int connection) { stub.wait_for_end(connection); });
  auto options = options_for("https://127.0.0.1:" + std::to_string(mute.port()));
  options.request_timeout = 300ms;
  Rig rig(options);
  const auto begun = std::chrono::steady_clock::now();
  rig.open("c1");
  CHECK(rig.events.wait<LinkClosed>("c1").loss == LinkLoss::failed);
  CHECK(std::chrono::steady_clock::now() - begun < kPatience);
}

TEST_CASE("a shutdown does not wait for a connection that is still being made") {
  TcpStub mute([](TcpStub& stub, int connection) { stub.wait_for_end(connection); });
  Rig rig(options_for("https://127.0.0.1:" + std::to_string(mute.port())));
  rig.open("c1");
  while (mute.accepted() == 0) std::this_thread::yield();
  const auto begun = std::chrono::steady_clock::now();
  rig.connector->shutdown();
  CHECK(std::chrono::steady_clock::now() - begun < kPatience);
}

TEST_CASE("a link closed while its URL is asked for reports nothing") {
  FakePlan plan;
  plan.never_answers_http = true;
  FakeService service(plan);
  Rig rig(options_for(service.base_url()));
  rig.open("c1");
  REQUIRE(service.saw_requests(1));
  rig.connector->close(link("c1"));
  rig.open("c1", 2);
  REQUIRE(service.saw_requests(2));
  service.cut_unanswered();
  CHECK(rig.events.wait<LinkClosed>("c1").generation == 2);
  CHECK(rig.events.stays_at("c1", 1));
}

TEST_CASE("more openings than may wait are refused as busy") {
  FakePlan plan;
  plan.never_answers_http = true;
  FakeService service(plan);
  auto options = options_for(service.base_url());
  options.signed_url_workers = 1;
  options.max_pending_opens = 1;
  Rig rig(options);
  rig.open("c1");
  REQUIRE(service.saw_requests(1));
  rig.open("c2");
  rig.open("c3");
  const auto closed = rig.events.wait<LinkClosed>("c3");
  CHECK(closed.loss == LinkLoss::busy);
  CHECK(rig.connector->link_count() == 2);
}

TEST_CASE("more links than allowed are refused as busy") {
  FakeService service({});
  auto options = options_for(service.base_url());
  options.max_links = 1;
  Rig rig(options);
  rig.open_ready("c1");
  rig.open("c2");
  CHECK(rig.events.wait<LinkClosed>("c2").loss == LinkLoss::busy);
  CHECK(rig.connector->link_count() == 1);
}

TEST_CASE("an agent without an id is refused without asking") {
  FakeService service({});
  Rig rig(options_for(service.base_url()));
  rig.open("c1", 1, "");
  CHECK(rig.events.wait<LinkClosed>("c1").loss == LinkLoss::refused);
  CHECK(service.requests().empty());
}
