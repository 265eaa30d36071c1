/// The opening of the WebSocket, and frames that are none.
#include "closed_port.hpp"
#include "fake_service.hpp"
#include "harness.hpp"
#include "tcp_stub.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace sessioncore;
using namespace sessioncore::elevenlabs;
using namespace sessioncore::elevenlabs::testing;

namespace {

std::string body_with(const std::string& signed_url) {
  return R"({"signed_url":")" + signed_url + R"("})";
}

std::string reply_frame(const std::string& text) {
  return R"({"type":"agent_response","agent_response_event":{"event_id":1,"agent_response":")" + text + R"("}})";
}

}  // namespace

TEST_CASE("a refused handshake is classified by its status") {
  struct Case {
    int status;
    LinkLoss loss;
  };
  for (const Case& each : {Case{401, LinkLoss::refused}, Case{403, LinkLoss::refused}, Case{404, LinkLoss::refused},
                           Case{429, LinkLoss::busy}, Case{400, LinkLoss::failed}, Case{500, LinkLoss::failed},
                           Case{302, LinkLoss::failed}}) {
    const auto& [status, loss] = each;
    CAPTURE(each.status);
    FakePlan plan;
    plan.handshake_status = status;
    FakeService service(plan);
    Rig rig(options_for(service.base_url()));
    rig.open("c1");
    const auto closed = rig.events.wait<LinkClosed>("c1");
    CHECK(closed.loss == loss);
    CHECK(closed.detail == "the handshake was answered with HTTP " + std::to_string(status));
  }
}

TEST_CASE("a service that chooses no subprotocol is accepted, one that invents one is not") {
  FakePlan plan;
  plan.echo_subprotocol = false;
  FakeService silent(plan);
  Rig first(options_for(silent.base_url()));
  first.open_ready("c1");

  plan.foreign_subprotocol = "other";
  FakeService foreign(plan);
  Rig second(options_for(foreign.base_url()));
  second.open("c1");
  const auto closed = second.events.wait<LinkClosed>("c1");
  CHECK(closed.loss == LinkLoss::failed);
  CHECK(closed.detail == "the server chose a subprotocol that was not offered");
}

TEST_CASE("a broken extension header opens nothing") {
  FakePlan plan;
  plan.extension_header = "=;;broken";
  FakeService service(plan);
  Rig rig(options_for(service.base_url()));
  rig.open("c1");
  CHECK(rig.events.wait<LinkClosed>("c1").loss == LinkLoss::failed);
  CHECK(rig.events.stays_at("c1", 1));
}

TEST_CASE("a handshake that never comes ends with the time for opening") {
  TcpStub mute([](TcpStub& stub, int connection) { stub.wait_for_end(connection); });
  FakePlan plan;
  plan.signed_url_body = body_with("ws://127.0.0.1:" + std::to_string(mute.port()) + "/talk");
  FakeService service(plan);
  auto options = options_for(service.base_url());
  options.open_timeout = 300ms;
  Rig rig(options);
  rig.open("c1");
  const auto closed = rig.events.wait<LinkClosed>("c1");
  CHECK(closed.loss == LinkLoss::failed);
  CHECK(mute.accepted() <= 1);  // none if the time was over before it was reached
}

TEST_CASE("nobody at the WebSocket's address is a failure") {
  const ClosedPort gone;
  FakePlan plan;
  plan.signed_url_body = body_with("ws://127.0.0.1:" + std::to_string(gone.port()) + "/talk");
  FakeService service(plan);
  Rig rig(options_for(service.base_url()));
  rig.open("c1");
  const auto closed = rig.events.wait<LinkClosed>("c1");
  CHECK(closed.loss == LinkLoss::failed);
  CHECK(closed.detail == "the host could not be reached");
}

TEST_CASE("an answer that is no HTTP, and one that is not what was asked") {
  for (const auto* answer : {"nonsense\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
                             "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                             "Sec-WebSocket-Accept: AAAA\r\n\r\n"}) {
    CAPTURE(std::string(answer));
    TcpStub odd([answer](TcpStub& stub, int connection) {
      stub.read_head(connection);
      TcpStub::write(connection, answer);
      stub.wait_for_end(connection);
    });
    FakePlan plan;
    plan.signed_url_body = body_with("ws://127.0.0.1:" + std::to_string(odd.port()) + "/talk");
    FakeService service(plan);
    Rig rig(options_for(service.base_url()));
    rig.open("c1");
    CHECK(rig.events.wait<LinkClosed>("c1").loss == LinkLoss::failed);
  }
}

TEST_CASE("a link closed while it is being connected leaves and reports nothing") {
  std::atomic<bool> ended{false};
  TcpStub mute([&ended](TcpStub& stub, int connection) {
    stub.read_head(connection);
    stub.wait_for_end(connection);
    ended = !stub.stopping();
  });
  FakePlan plan;
  plan.signed_url_body = body_with("ws://127.0.0.1:" + std::to_string(mute.port()) + "/talk");
  FakeService service(plan);
  Rig rig(options_for(service.base_url()));
  rig.open("c1");
  while (mute.accepted() == 0) std::this_thread::yield();
  rig.connector->close(link("c1"));
  while (!ended) std::this_thread::yield();
  CHECK(rig.events.stays_at("c1", 0));
  CHECK(rig.connector->link_count() == 0);
}

TEST_CASE("a message beyond the limit ends the link as failed") {
  FakeService service({});
  auto options = options_for(service.base_url());
  options.max_message_bytes = 4096;
  Rig rig(options);
  rig.open_ready("c1");
  service.send(reply_frame(std::string(3000, 'a')));
  CHECK(rig.events.wait<AgentReplied>("c1").text.size() == 3000);
  service.send(reply_frame(std::string(5000, 'a')));
  const auto closed = rig.events.wait<LinkClosed>("c1");
  CHECK(closed.loss == LinkLoss::failed);
  CHECK(closed.detail.find("a message was longer than 4096 bytes") == 0);
  REQUIRE(service.saw_closes(1));
  CHECK(service.closes()[0] == 1009);
}

TEST_CASE("a megabyte is the usual limit") {
  FakeService service({});
  Rig rig(options_for(service.base_url()));
  rig.open_ready("c1");
  service.send(reply_frame(std::string(1000000, 'a')));
  CHECK(rig.events.wait<AgentReplied>("c1").text.size() == 1000000);
  service.send(reply_frame(std::string(1100000, 'a')));
  CHECK(rig.events.wait<LinkClosed>("c1").loss == LinkLoss::failed);
}

TEST_CASE("a text frame that is not UTF-8 ends the link as failed") {
  FakeService service({});
  Rig rig(options_for(service.base_url()));
  rig.open_ready("c1");
  service.send_bytes(std::string("\x81\x02\xff\xfe", 4));
  const auto closed = rig.events.wait<LinkClosed>("c1");
  CHECK(closed.loss == LinkLoss::failed);
  CHECK(closed.detail.find("the service broke the WebSocket protocol") == 0);
  REQUIRE(service.saw_closes(1));
  CHECK(service.closes()[0] == 1007);
}

TEST_CASE("frames that are not understood leave the link open") {
  FakeService service({});
  Rig rig(options_for(service.base_url()));
  rig.open_ready("c1");
  for (const auto* text : {"", "not json", "[]", "{}", R"({"type":"agent_response"})", R"({"type":"ping"})"}) {
    service.send(text);
  }
  service.send_binary("\x01\x02");
  service.send(R"({"type":"ping","ping_event":{"event_id":"5"}})");
  REQUIRE(service.saw_frames(2));
  CHECK(service.frames()[1] == R"({"event_id":5,"type":"pong"})");
  CHECK(rig.events.stays_at("c1", 1));
  CHECK(rig.log.text().find("frame not understood: ping_event is missing") != std::string::npos);
  CHECK(rig.log.text().find("frame not understood: it is binary") != std::string::npos);
}

TEST_CASE("a second metadata frame is not reported again") {
  FakeService service({});
  Rig rig(options_for(service.base_url()));
  rig.open_ready("c1");
  service.send(
      R"({"type":"conversation_initiation_metadata","conversation_initiation_metadata_event":{"conversation_id":"2"}})");
  service.send(reply_frame("hello"));
  rig.events.wait<AgentReplied>("c1");
  CHECK_FALSE(rig.events.find<LinkReady>("c1", 1, 1ms).has_value());
}

TEST_CASE("an announced close counts as announced even if the connection just ends") {
  FakeService service({});
  Rig rig(options_for(service.base_url()));
  rig.open_ready("c1");
  REQUIRE(service.saw_frames(1));  // or the end would be a reset, for what was not read
  service.send(R"({"type":"error","error_event":{"code":1008,"error_type":"authorization_error"}})");
  service.cut();
  const auto closed = rig.events.wait<LinkClosed>("c1");
  CHECK(closed.loss == LinkLoss::refused);
  CHECK(closed.detail == "the connection was lost (1008, authorization_error)");
}

TEST_CASE("an announced close counts as announced even if the close frame is empty") {
  FakeService service({});
  Rig rig(options_for(service.base_url()));
  rig.open_ready("c1");
  service.send(R"({"type":"error","error_event":{"code":1008,"error_type":"authorization_error"}})");
  service.close(1005);
  const auto closed = rig.events.wait<LinkClosed>("c1");
  CHECK(closed.loss == LinkLoss::refused);
  CHECK(closed.detail == "closed by the service (1008, authorization_error)");
}

TEST_CASE("an error that the conversation survived explains no later loss") {
  FakeService service({});
  Rig rig(options_for(service.base_url()));
  rig.open_ready("c1");
  service.send(R"({"type":"error","error_event":{"code":1008,"error_type":"invalid_message"}})");
  service.send(reply_frame("still here"));
  rig.events.wait<AgentReplied>("c1");
  service.cut();
  CHECK(rig.events.wait<LinkClosed>("c1").loss == LinkLoss::failed);
}

TEST_CASE("a close without a code is a failure, pings of the WebSocket layer are answered") {
  FakeService service({});
  Rig rig(options_for(service.base_url()));
  rig.open_ready("c1");
  service.ping();
  service.send(reply_frame("hello"));
  rig.events.wait<AgentReplied>("c1");
  service.close(1005);  // an empty close frame
  const auto closed = rig.events.wait<LinkClosed>("c1");
  CHECK(closed.loss == LinkLoss::failed);
  CHECK(closed.detail == "closed by the service (1005)");
}

TEST_CASE("a silent service is asked for a sign of life, and gives one") {
  FakeService service({});
  auto options = options_for(service.base_url());
  options.ping_interval = 40ms;
  Rig rig(options);
  rig.open_ready("c1");
  CHECK(service.saw_pings(3));
  CHECK(rig.connector->link_count() == 1);
}

TEST_CASE("a service that is gone without a word is noticed") {
  FakePlan plan;
  plan.deaf = true;
  FakeService service(plan);
  auto options = options_for(service.base_url());
  options.ping_interval = 200ms;
  options.pong_timeout = 400ms;
  Rig rig(options);
  rig.open("c1");
  const auto closed = rig.events.wait<LinkClosed>("c1");
  CHECK(closed.loss == LinkLoss::failed);
  CHECK(closed.detail == "no answer to a ping (1006)");
}

TEST_CASE("a message of ours that is too long is not blamed on the service") {
  FakeService service({});
  auto options = options_for(service.base_url());
  options.max_buffered_bytes = 1000;
  Rig rig(options);
  rig.open_ready("c1");
  rig.ask("c1", std::string(1000, 'a'));
  const auto closed = rig.events.wait<LinkClosed>("c1");
  CHECK(closed.loss == LinkLoss::failed);
  CHECK(closed.detail == "our message of 1033 bytes is longer than max_buffered_bytes (1006)");
}

TEST_CASE("a service that does not read cannot make us hoard") {
  FakePlan plan;
  plan.deaf = true;
  FakeService service(plan);
  auto options = options_for(service.base_url());
  options.max_buffered_bytes = 100000;
  Rig rig(options);
  rig.open_ready("c1");
  const std::string long_text(60000, 'a');
  for (int i = 0; i < 400; ++i) rig.ask("c1", long_text);
  const auto closed = rig.events.wait<LinkClosed>("c1");
  CHECK(closed.loss == LinkLoss::failed);
  CHECK(closed.detail == "the service does not read: the send queue is full (1006)");
  CHECK(rig.events.stays_at("c1", 2));
}
