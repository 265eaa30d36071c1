// Live updates: what is shown, who sees it, coming back without a gap, and what streams may cost.
#include "support/event_client.hpp"

#include <memory>

#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>

using namespace e2e;
using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

namespace {

/// The contact of a chat writes; the answer came, so it is stored. Streams may show it a moment later, and one that is
/// opened meanwhile may or may not.
void write(ServerFixture& server, const std::string& chat, const std::string& message, const std::string& text = "hi",
           const std::string& account = "acc_1") {
  auto client = server.client();
  REQUIRE(deliver(client, message_webhook(chat, message, text, account)).status == 200);
}

std::string refusal(EventClient& client) {
  return client.raw().read_until("}}", 30s);
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a stream shows each change in the shapes of the API") {
  ServerFixture server;
  auto api = server.logged_in();
  EventClient events(server.port(), token_of(server, "reader@clinic.example.com"));
  const std::string head = events.head();
  CHECK(contains(head, "HTTP/1.1 200"));
  CHECK(contains(head, "Content-Type: text/event-stream"));
  CHECK(contains(head, "Cache-Control: no-cache"));
  CHECK(contains(head, "X-Accel-Buffering: no"));

  write(server, "c1", "m1", "hello");
  REQUIRE(events.wait_for("decision", 1));
  const std::string id = chat_id_of(api, "c1");
  const std::string path = "/api/whatsapp/chats/" + id;
  const auto seen = events.events();
  REQUIRE(seen.size() == 4);
  CHECK(seen[0].event == "message");
  CHECK(seen[0].data == messages_of(api, id)[0]);
  CHECK(seen[1].event == "session");
  CHECK(seen[1].data == api.get(path + "/sessions").body["data"][0]);
  CHECK(seen[2].event == "chat");
  CHECK(seen[2].data == api.get(path).body);
  const json whole = api.get(path + "/decisions").body["data"][0];
  for (const char* field : {"at", "verdict", "reason", "rules", "phase_before", "phase_after", "effect_names"}) {
    CHECK(seen[3].data.at(field) == whole.at(field));
  }
  CHECK(seen[3].data.at("chat_id") == id);
  CHECK(seen[3].data.at("event") == "contact_message");

  // An operator's message, from pending to sent.
  REQUIRE(api.post(path + "/takeover").status == 200);
  REQUIRE(api.post(path + "/send", {{"text", "good day"}}).status == 200);
  CHECK(sessioncore::story::wait_until(30s, [&] {
    const auto messages = events.events_named("message");
    return messages.back().data["text"] == "good day" && messages.back().data["delivery"] != "pending";
  }));
  CHECK(sessioncore::story::wait_until(30s,
                                       [&] { return events.events_named("chat").back().data == api.get(path).body; }));
}

TEST_CASE("a client that was cut off gets what it missed, in order and once") {
  ServerFixture server;
  const std::string token = token_of(server);
  auto first = std::make_unique<EventClient>(server.port(), token);
  REQUIRE(first->opened());
  write(server, "c1", "m1");
  REQUIRE(first->wait_for("decision", 1));
  auto seen = first->events();
  std::string last = first->last_id();
  first->raw().reset();
  for (int i = 2; i <= 6; ++i) write(server, "c" + std::to_string(i), "m" + std::to_string(i));

  // In the middle of an answer, too: from any event on.
  EventClient second(server.port(), token, "", last);
  REQUIRE(second.wait_for("decision", 5));
  write(server, "c7", "m7");
  REQUIRE(second.wait_for("decision", 6));
  const auto more = second.events();
  EventClient third(server.port(), token, "", more[2].id);
  REQUIRE(third.wait_for("decision", 6));
  CHECK(third.events().front().id == more[3].id);
  CHECK(third.events().size() == more.size() - 3);

  seen.insert(seen.end(), more.begin(), more.end());
  for (std::size_t n = 1; n < seen.size(); ++n) CHECK(seen[n].number() == seen[n - 1].number() + 1);
  std::string texts;
  for (const auto& event : seen) {
    CHECK(event.event != "reset");
    if (event.event == "message") texts += event.data["unipile_message_id"].get<std::string>() + " ";
  }
  CHECK(texts == "m1 m2 m3 m4 m5 m6 m7 ");

  // Cut off before anything happened: the first line holds an id already.
  EventClient idle(server.port(), token);
  REQUIRE(sessioncore::story::wait_until(30s, [&] { return !idle.last_id().empty(); }));
  last = idle.last_id();
  idle.raw().reset();
  write(server, "c8", "m8");
  EventClient back(server.port(), token, "", last);
  REQUIRE(back.wait_for("decision", 1));
  CHECK(back.events_named("message").at(0).data["unipile_message_id"] == "m8");
}

TEST_CASE("what is no longer known is a reset, then live") {
  ServerFixture server(json({{"events", {{"kept", 20}}}}));
  const std::string token = token_of(server);
  EventClient first(server.port(), token);
  REQUIRE(first.opened());
  write(server, "c1", "m1");
  REQUIRE(first.wait_for("decision", 1));
  const std::string old = first.last_id();
  for (int i = 0; i < 10; ++i) write(server, "c1", "n" + std::to_string(i));

  EventClient late(server.port(), token, "", old);
  REQUIRE(late.wait_for("reset", 1));
  CHECK(late.events()[0].data["reason"] == "too_old");
  write(server, "c2", "m2");
  REQUIRE(late.wait_for("decision", 1));
  CHECK(late.events()[1].number() == late.events()[0].number() + 1);

  REQUIRE(server.stop() == 0);
  server.start();
  EventClient after(server.port(), token, "", old);
  REQUIRE(after.wait_for("reset", 1));
  CHECK(after.events()[0].data["reason"] == "unknown_id");
  for (const char* nonsense : {"7", "a-b", "-", "99999999999999999999"}) {
    EventClient other(server.port(), token, "", nonsense);
    CHECK(other.wait_for("reset", 1));
  }
  write(server, "c3", "m3");
  CHECK(after.wait_for("decision", 1));
}

TEST_CASE("filters show what was asked for, and nobody sees another tenant") {
  ServerFixture server;
  auto api = server.logged_in();
  const std::string token = token_of(server);
  EventClient earlier(server.port(), token);
  REQUIRE(earlier.opened());
  write(server, "c1", "m1");
  REQUIRE(earlier.wait_for("decision", 1));  // none of the others will show it
  const std::string id = chat_id_of(api, "c1");
  EventClient chats(server.port(), token, "?types=chat,message");
  EventClient one(server.port(), token, "?chat=" + id + "&types=decision");
  EventClient hotel(server.port(), token_of(server, "admin@hotel.example.com"));
  REQUIRE(chats.opened());
  REQUIRE(one.opened());
  REQUIRE(hotel.opened());
  write(server, "c2", "m2");
  write(server, "c1", "m3");
  write(server, "h1", "m4", "hi", "acc_2");
  REQUIRE(chats.wait_for("chat", 2));
  REQUIRE(one.wait_for("decision", 1));
  REQUIRE(hotel.wait_for("decision", 1));
  CHECK(chats.events().size() == 4);
  CHECK(one.events().size() == 1);
  CHECK(one.events()[0].data["chat_id"] == id);
  CHECK_FALSE(contains(hotel.text(), "clinic"));
  CHECK(hotel.events_named("message").size() == 1);
  CHECK_FALSE(contains(chats.text(), "hotel"));

  EventClient foreign(server.port(), token_of(server, "admin@hotel.example.com"), "?chat=" + id);
  CHECK(contains(refusal(foreign), " 404 "));
  EventClient types(server.port(), token, "?types=chat,weather");
  const std::string refused = refusal(types);
  CHECK(contains(refused, " 400 "));
  CHECK(contains(refused, "types: expected"));
}

TEST_CASE("a stream takes the token in the header, and only that") {
  ServerFixture server;
  const std::string token = token_of(server);
  for (const std::string name : {"token", "access_token"}) {
    EventClient in_address(server.port(), token, "?" + name + "=" + token);
    const std::string refused = refusal(in_address);
    CHECK(contains(refused, " 400 "));
    CHECK(contains(refused, name + ": the token belongs"));
    CHECK_FALSE(contains(refused, token));
  }
  EventClient without(server.port(), "");
  CHECK(contains(refusal(without), " 401 "));
  EventClient wrong(server.port(), token + "x");
  CHECK(contains(refusal(wrong), " 401 "));
  EventClient library(server.port(), token_of(server, "admin@library.example.com"));
  CHECK(contains(refusal(library), "feature_disabled"));
  CHECK_FALSE(contains(server.log(), token));
}

TEST_CASE("a stream ends with the token, and with the user") {
  ServerFixture server(json({{"token_lifetime_seconds", 4}}));
  std::unique_ptr<EventClient> expiring;
  REQUIRE(sessioncore::story::wait_until(30s, [&] {  // a token may have ended before it is used
    expiring = std::make_unique<EventClient>(server.port(), token_of(server));
    return expiring->opened();
  }));
  REQUIRE(expiring->wait_for("end", 1));
  CHECK(expiring->events().back().data["reason"] == "token_expired");
  CHECK(expiring->raw().closed(30s));

  ServerFixture other;
  EventClient removed(other.port(), token_of(other, "reader@clinic.example.com"));
  EventClient staying(other.port(), token_of(other));
  REQUIRE(removed.opened());
  REQUIRE(staying.opened());
  SQLite::Database(other.database(), SQLite::OPEN_READWRITE, 30'000)
      .exec("DELETE FROM users WHERE email = 'reader@clinic.example.com'");
  REQUIRE(removed.wait_for("end", 1));
  CHECK(removed.events().back().data["reason"] == "access_ended");
  CHECK(removed.raw().closed(30s));
  write(other, "c1", "m1");
  CHECK(staying.wait_for("decision", 1));
}

TEST_CASE("more streams than allowed are told so, and places come free") {
  ServerFixture server(
      json({{"events", {{"streams_max", 3}, {"streams_per_tenant_max", 3}, {"streams_per_user_max", 2}}}}));
  const std::string admin = token_of(server);
  const std::string manager = token_of(server, "manager@clinic.example.com");
  auto first = std::make_unique<EventClient>(server.port(), admin);
  EventClient second(server.port(), admin);
  REQUIRE(first->opened());
  REQUIRE(second.opened());
  EventClient third(server.port(), admin);
  const std::string refused = refusal(third);
  CHECK(contains(refused, " 503 "));
  CHECK(contains(refused, "too_many_streams"));
  CHECK(contains(refused, "Retry-After: "));
  EventClient others(server.port(), manager);
  REQUIRE(others.opened());
  EventClient over(server.port(), manager);
  CHECK(contains(refusal(over), "too_many_streams"));

  first.reset();
  CHECK(sessioncore::story::wait_until(30s, [&] {
    EventClient again(server.port(), admin);
    return again.opened();
  }));
}

TEST_CASE("a tenant's people cannot take all streams") {
  ServerFixture server(json({{"events", {{"streams_max", 4}}}}));
  EventClient first(server.port(), token_of(server));
  auto second = std::make_unique<EventClient>(server.port(), token_of(server));
  REQUIRE(first.opened());
  REQUIRE(second->opened());
  const std::string manager = token_of(server, "manager@clinic.example.com");
  EventClient third(server.port(), manager);
  CHECK(contains(refusal(third), "too_many_streams"));
  EventClient hotel(server.port(), token_of(server, "admin@hotel.example.com"));
  CHECK(hotel.opened());
  second.reset();
  CHECK(sessioncore::story::wait_until(30s, [&] {
    EventClient again(server.port(), manager);
    return again.opened();
  }));
}

TEST_CASE("all streams open take no worker from webhooks") {
  ServerFixture server({{"http", {{"connections_max", 2}, {"waiting_max", 8}}},
                        {"events", {{"streams_per_tenant_max", 64}, {"streams_per_user_max", 64}}}});
  const std::string token = token_of(server);
  std::vector<std::unique_ptr<EventClient>> streams;
  for (int i = 0; i < 64; ++i) {
    streams.push_back(std::make_unique<EventClient>(server.port(), token));
    REQUIRE(streams.back()->opened());
  }
  const auto began = Steady::now();
  for (int i = 0; i < 20; ++i) write(server, "c" + std::to_string(i), "m" + std::to_string(i));
  // Two workers that sixty-four idle streams held would answer never; the machine may be slow.
  CHECK(Steady::now() - began < 60s);
  for (auto& stream : streams) CHECK(stream->wait_for("decision", 20));

  const auto stopping = Steady::now();
  CHECK(server.stop() == 0);
  CHECK(Steady::now() - stopping < 15s);
  for (auto& stream : streams) {
    REQUIRE(stream->wait_for("end", 1));
    CHECK(stream->events().back().data["reason"] == "shutdown");
  }
}

TEST_CASE("a client that does not read costs nobody else anything, and is told what it missed") {
  ServerFixture server(json({{"events", {{"kept", 20}}}}));
  const std::string token = token_of(server);
  EventClient deaf(server.port(), token);
  EventClient good(server.port(), token, "?types=message");
  REQUIRE(deaf.opened());
  REQUIRE(good.opened());
  deaf.raw().take_little();
  // The first is more than lies in buffers on the way to it, all are more than is kept. Few: the server does not wait
  // for ever.
  const std::string long_text(500'000, 'x');
  for (int i = 0; i < 12; ++i) {
    write(server, "c" + std::to_string(i % 10), "m" + std::to_string(i), long_text);
    // Sooner than so many are kept: it must not be too late only because the machine is slow.
    if (i % 3 == 2) REQUIRE(good.wait_for("message", static_cast<std::size_t>(i) + 1));
  }
  REQUIRE(deaf.wait_for("reset", 1));
  write(server, "last", "the last");
  REQUIRE(sessioncore::story::wait_until(30s, [&] {
    const auto messages = deaf.events_named("message");
    return !messages.empty() && messages.back().data["unipile_message_id"] == "the last";
  }));
  // Apart from the resets, which say so, nothing is left out.
  const auto all = deaf.events();
  for (std::size_t n = 1; n < all.size(); ++n) {
    if (all[n].event != "reset") CHECK(all[n].number() == all[n - 1].number() + 1);
  }
}

TEST_CASE("an idle stream is kept alive and moves on") {
  ServerFixture server(json({{"events", {{"heartbeat_seconds", 0.2}}}}));
  EventClient idle(server.port(), token_of(server), "?types=notification");
  const std::string beginning = [&] {
    REQUIRE(contains(idle.raw().read_until(": heartbeat\nid: ", 30s), ": heartbeat\nid: "));
    return idle.last_id();
  }();
  write(server, "c1", "m1");
  // What it did not ask for is behind it all the same.
  CHECK(sessioncore::story::wait_until(30s, [&] { return idle.last_id() != beginning; }));
  CHECK(idle.events().empty());

  RawClient head(server.port());
  head.send("HEAD /api/whatsapp/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token_of(server) + "\r\n\r\n");
  CHECK(contains(head.read_until("\r\n\r\n", 30s), "200"));
}
