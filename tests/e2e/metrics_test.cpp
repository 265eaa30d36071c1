// What /metrics and /health/ready tell, compared with what the server has done.
#include "support/metrics_text.hpp"
#include "support/raw_client.hpp"
#include "support/server_fixture.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>
#include <sys/resource.h>

using namespace e2e;
using namespace std::chrono_literals;

namespace {

bool wait_for(const std::function<bool()>& condition) {
  return sessioncore::story::wait_until(60s, condition);
}

MetricsText metrics_of(const ServerFixture& server) {
  const Answer answer = server.client().get("/metrics");
  REQUIRE(answer.status == 200);
  return MetricsText(answer.text);
}

std::string write(ServerFixture& server, const std::string& phone, const std::string& text) {
  const json body = {{"phone", phone}, {"name", "Ayse"}, {"text", text}};
  return json::parse(server.unipile.control("POST", "/sim/contact", body.dump()).body).at("chat_id");
}

json decisions_of(JsonClient& api, const std::string& chat) {
  const Answer answer = api.get("/api/whatsapp/chats/" + chat + "/decisions?limit=200");
  REQUIRE(answer.status == 200);
  REQUIRE(answer.body["pagination"]["pages"] == 1);
  return answer.body["data"];
}

/// The counters that the decisions of the audit log account for.
std::map<std::string, double> expected_of(const json& decisions) {
  std::map<std::string, double> counts;
  for (const json& decision : decisions) {
    for (const json& rule : decision.at("rules")) {
      ++counts["sessiond_decisions_total{rule=\"" + rule.get<std::string>() + "\"}"];
    }
    const std::string event = decision.at("event").at("type");
    const std::string reason = decision.at("reason").is_null() ? "none" : decision.at("reason").get<std::string>();
    ++counts["sessiond_outcomes_total{event=\"" + event + "\",verdict=\"" + decision.at("verdict").get<std::string>() +
             "\"}"];
    ++counts["sessiond_reasons_total{reason=\"" + reason + "\"}"];
  }
  return counts;
}

/// Every series of these families that is not 0.
std::map<std::string, double> counted_by(const MetricsText& metrics) {
  std::map<std::string, double> counts;
  for (const auto& [series, value] : metrics.values()) {
    for (const char* family : {"sessiond_decisions_total{", "sessiond_outcomes_total{", "sessiond_reasons_total{"}) {
      if (series.rfind(family, 0) == 0 && value != 0) counts[series] = value;
    }
  }
  return counts;
}

/// True once the gauges are what the API counts for the only tenant that has chats. Counting comes after answering.
bool gauges_match(const ServerFixture& server, JsonClient& api) {
  return wait_for([&] {
    const json stats = api.get("/api/whatsapp/stats").body;
    const MetricsText metrics = metrics_of(server);
    const auto chats = [&](const std::string& phase) {
      return metrics.value("sessiond_chats{phase=\"" + phase + "\"}");
    };
    const auto shown = [&](const char* name) { return stats[name].get<double>(); };
    return chats("waiting") == shown("waitingChats") && chats("queued") == shown("queuedChats") &&
           chats("closed") == shown("closedChats") &&
           chats("ai") + chats("none") + chats("resolved") == shown("aiChats") &&
           chats("waiting") + chats("queued") + chats("human") == shown("humanChats");
  });
}

bool reaches(const ServerFixture& server, const std::string& series, double value) {
  return wait_for([&] { return metrics_of(server).value(series) == value; });
}

std::string read_file(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace

TEST_CASE("counters match the audit log decision for decision, gauges the database, also after a restart") {
  ServerFixture server;
  auto api = server.logged_in();
  const std::string phone = "+905551112233";
  const std::string provider_chat = write(server, phone, "hello");
  REQUIRE(wait_for([&] { return !chat_id_of(api, provider_chat).empty(); }));
  const std::string id = chat_id_of(api, provider_chat);
  const std::string path = "/api/whatsapp/chats/" + id;

  CHECK(reaches(server, "sessiond_chats{phase=\"waiting\"}", 1));
  REQUIRE(api.post(path + "/takeover").status == 200);
  CHECK(reaches(server, "sessiond_chats{phase=\"waiting\"}", 0));
  CHECK(reaches(server, "sessiond_chats{phase=\"human\"}", 1));
  REQUIRE(api.post(path + "/send", {{"text", "How can I help?"}}).status == 200);
  REQUIRE(reaches(server, "sessiond_sends_total{result=\"sent\"}", 1));
  CHECK(write(server, phone, "a question") == provider_chat);
  REQUIRE(wait_for([&] { return messages_of(api, id).size() == 3; }));
  REQUIRE(api.post(path + "/release", {{"immediate", true}}).status == 200);
  REQUIRE(reaches(server, "sessiond_sends_total{result=\"sent\"}", 2));
  const MetricsText answered = metrics_of(server);
  CHECK(answered.value("sessiond_ai_turns_total{result=\"answered\"}") == 1);
  CHECK(answered.value("sessiond_ai_turn_seconds_count") == 1);
  CHECK(answered.value("sessiond_ai_turns_waiting") == 0);
  CHECK(answered.value("sessiond_agent_links{state=\"ready\"}") == 1);
  CHECK(api.post(path + "/release").status == 409);
  REQUIRE(wait_for([&] { return json::parse(server.unipile_chat(provider_chat)).at("messages").size() == 4; }));

  // Another chat stays with a human, and one is closed.
  auto client = server.client();
  REQUIRE(deliver(client, message_webhook("chat_b", "m1", "hi")).status == 200);
  REQUIRE(deliver(client, message_webhook("chat_b", "m1", "hi")).status == 200);
  REQUIRE(deliver(client, message_webhook("chat_c", "m1", "hi")).status == 200);
  const std::string b = chat_id_of(api, "chat_b");
  const std::string c = chat_id_of(api, "chat_c");
  REQUIRE(api.post("/api/whatsapp/chats/" + b + "/takeover").status == 200);
  REQUIRE(api.post("/api/whatsapp/chats/" + c + "/close").status == 200);

  const auto all_decisions = [&] {
    json all = decisions_of(api, id);
    for (const std::string& chat : {b, c}) {
      for (const json& decision : decisions_of(api, chat)) all.push_back(decision);
    }
    return all;
  };
  // Echoes of sends may still be on their way.
  auto expected = expected_of(all_decisions());
  CHECK(wait_for([&] {
    expected = expected_of(all_decisions());
    return counted_by(metrics_of(server)) == expected;
  }));
  CHECK(expected.at("sessiond_decisions_total{rule=\"18.1/2\"}") == 3);
  CHECK(expected.at("sessiond_decisions_total{rule=\"14.3/2\"}") == 1);
  CHECK(expected.at("sessiond_reasons_total{reason=\"duplicate\"}") >= 1);
  CHECK(expected.at("sessiond_outcomes_total{event=\"release\",verdict=\"rejected\"}") == 1);
  CHECK(gauges_match(server, api));

  const MetricsText before = metrics_of(server);
  server.kill_now();
  server.start();
  auto again = server.logged_in();
  CHECK(gauges_match(server, again));
  const MetricsText after = metrics_of(server);
  for (const char* phase : {"none", "waiting", "ai", "queued", "human", "resolved", "closed"}) {
    const std::string series = std::string("sessiond_chats{phase=\"") + phase + "\"}";
    CHECK_MESSAGE(before.value(series) == after.value(series), series);
  }
  // What the recovery decided is counted, and its links are given up: nothing waits for an answer.
  CHECK(after.value("sessiond_decisions_total{rule=\"13.2/1\"}") == 1);
  CHECK(after.value("sessiond_decisions_total{rule=\"18.1/2\"}") == 0);
  CHECK(after.value("sessiond_agent_links{state=\"ready\"}") == 0);
  CHECK(after.value("sessiond_agent_links{state=\"opening\"}") == 0);
  auto fresh = server.client();
  REQUIRE(deliver(fresh, message_webhook("chat_d", "m1", "hi")).status == 200);
  CHECK(reaches(server, "sessiond_chats{phase=\"waiting\"}", before.value("sessiond_chats{phase=\"waiting\"}") + 1));
  CHECK(gauges_match(server, again));
}

TEST_CASE("an agent that is lost shows in links, losses and turns") {
  ServerFixture server(
      json{{"policy", {{"grace_period_seconds", 0.1}, {"reconnect_base_seconds", 6000}, {"reconnect_attempts_max", 3}}},
           {"elevenlabs", {{"base_url", "http://127.0.0.1:1"}}}});
  auto api = server.logged_in();
  const std::string chat = write(server, "+905551112233", "hello");
  CHECK(reaches(server, "sessiond_agent_links{state=\"backing_off\"}", 1));
  const MetricsText metrics = metrics_of(server);
  CHECK(metrics.value("sessiond_link_losses_total{loss=\"failed\"}") == 1);
  CHECK(metrics.value("sessiond_ai_turns_total{result=\"lost\"}") == 1);
  CHECK(metrics.value("sessiond_agent_links{state=\"opening\"}") == 0);
  CHECK(metrics.value("sessiond_deadline_lag_seconds_count") >= 1);
  // The gauge of links is read from the stored states, too.
  server.kill_now();
  server.start();
  CHECK(metrics_of(server).value("sessiond_agent_links{state=\"backing_off\"}") == 1);
  auto again = server.logged_in();
  REQUIRE(again.post("/api/whatsapp/chats/" + chat_id_of(again, chat) + "/takeover").status == 200);
  CHECK(reaches(server, "sessiond_agent_links{state=\"backing_off\"}", 0));
  CHECK(metrics_of(server).value("sessiond_ai_turns_total{result=\"abandoned\"}") == 1);
}

TEST_CASE("requests are counted by route, deliveries and logins by what became of them") {
  ServerFixture server;
  auto client = server.client();
  REQUIRE(deliver(client, message_webhook("chat_1", "m1", "hi")).status == 200);
  REQUIRE(deliver(client, message_webhook("chat_1", "m2", "hi", "nobody's account")).status == 200);
  REQUIRE(deliver_text(client, "{").status == 400);
  client.header("x-unipile-secret", "wrong");
  REQUIRE(client.post("/webhooks/unipile").status == 401);
  REQUIRE(client.post("/api/auth/login", {{"email", "a@example.com"}, {"password", "wrong"}}).status == 401);
  auto api = server.logged_in();
  for (const char* chat : {"one", "two"}) CHECK(api.get(std::string("/api/whatsapp/chats/") + chat).status == 404);
  CHECK(api.get("/no/such/path/905551112233").status == 404);
  RawClient raw(server.port());
  raw.send("BREW /coffee HTTP/1.1\r\nHost: x\r\n\r\n");
  (void)raw.read_until("\r\n\r\n", 60s);

  // A request is counted after its reply.
  REQUIRE(wait_for([&] {
    double all = 0;
    const MetricsText now = metrics_of(server);
    for (const auto& [series, value] : now.values()) {
      const bool counted = series.rfind("sessiond_http_requests_total", 0) == 0;
      if (counted && series.find("/metrics") == std::string::npos) all += value;
    }
    return all == 10;
  }));
  const MetricsText metrics = metrics_of(server);
  const auto requests = [&](const std::string& labels) {
    return metrics.value("sessiond_http_requests_total{" + labels + "}");
  };
  CHECK(requests("route=\"/webhooks/unipile\",method=\"POST\",status=\"200\"") == 2);
  CHECK(requests("route=\"/webhooks/unipile\",method=\"POST\",status=\"401\"") == 1);
  CHECK(requests("route=\"/api/whatsapp/chats/{chatId}\",method=\"GET\",status=\"404\"") == 2);
  CHECK(requests("route=\"unknown\",method=\"GET\",status=\"404\"") == 1);
  CHECK(metrics.value("sessiond_http_request_seconds_count{route=\"/webhooks/unipile\"}") == 4);
  CHECK(metrics.value("sessiond_webhooks_total{result=\"stored\"}") == 1);
  CHECK(metrics.value("sessiond_webhooks_total{result=\"discarded_no_tenant\"}") == 1);
  CHECK(metrics.value("sessiond_webhooks_total{result=\"malformed\"}") == 1);
  CHECK(metrics.value("sessiond_webhooks_total{result=\"refused\"}") == 1);
  CHECK(metrics.value("sessiond_logins_total{result=\"failed\"}") == 1);
  CHECK(metrics.value("sessiond_logins_total{result=\"ok\"}") == 1);
  CHECK(metrics.value("sessiond_commit_batch_size_sum") == 1);
  CHECK(metrics.value("sessiond_commit_seconds_count") == 1);
  for (const auto& each : metrics.values()) {
    const std::string& series = each.first;
    CHECK_MESSAGE(series.find("905551112233") == std::string::npos, series);
    CHECK_MESSAGE(series.find("BREW") == std::string::npos, series);
    CHECK_MESSAGE(series.find("clinic") == std::string::npos, series);
  }
}

TEST_CASE("the table of docs/metrics.md is what the server shows") {
  ServerFixture server;
  auto api = server.logged_in();
  // A family shows its labels once something was counted, and a request is counted after its reply.
  REQUIRE(reaches(server, R"(sessiond_http_requests_total{route="/api/auth/login",method="POST",status="200"})", 1));
  const MetricsText metrics = metrics_of(server);
  std::map<std::string, std::string> documented;
  std::istringstream lines(read_file(DOCS_FOLDER "/metrics.md"));
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("| `", 0) != 0) continue;
    std::istringstream cells(line);
    std::string empty;
    std::string name;
    std::string type;
    std::string labels;
    std::getline(std::getline(std::getline(std::getline(cells, empty, '|'), name, '|'), type, '|'), labels, '|');
    labels = labels == " " ? "" : labels.substr(1, labels.size() - 2);
    documented[name.substr(2, name.size() - 4)] = type.substr(1, type.size() - 2) + " " + labels;
  }
  std::map<std::string, std::string> shown;
  for (const auto& [name, type] : metrics.types()) {
    shown[name] = type + " ";
    for (const std::string& label : metrics.labels().at(name)) {
      shown[name] += (shown[name].back() == ' ' ? "" : ", ") + label;
    }
  }
  CHECK(documented == shown);
  CHECK(metrics.value("process_resident_memory_bytes") > 1e6);
  CHECK(metrics.value("process_open_fds") >= 5);
  CHECK(metrics.value("process_max_fds") >= metrics.value("process_open_fds"));
  CHECK(metrics.value("process_start_time_seconds") > 1.7e9);
}

TEST_CASE("the server takes as many open files as the system lets it have") {
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  rlimit low = before;
  low.rlim_cur = std::min<rlim_t>(200, before.rlim_max);
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &low) == 0);
  ServerFixture server;
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
  CHECK(metrics_of(server).value("process_max_fds") == static_cast<double>(before.rlim_max));
}

TEST_CASE("metrics are for this machine, or for who has the token, never for users as such") {
  {
    ServerFixture server;
    RawClient raw(server.port());
    raw.send("GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    const std::string reply = raw.read_all(60s);
    CHECK(statuses(reply) == "200");
    CHECK(reply.find("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n") != std::string::npos);
    // A proxy beside the server connects from this machine as well.
    auto proxied = server.logged_in();
    proxied.header("X-Forwarded-For", "203.0.113.7");
    const Answer refused = proxied.get("/metrics");
    CHECK(refused.status == 403);
    CHECK(refused.body["error"]["code"] == "forbidden");
  }
  ServerFixture server(json{{"metrics", {{"token", "a token for the scraper"}}}});
  CHECK(server.client().get("/metrics").status == 401);
  CHECK(server.logged_in().get("/metrics").status == 401);
  auto scraper = server.client();
  scraper.header("Authorization", "Bearer a token for the scrapes");
  CHECK(scraper.get("/metrics").status == 401);
  scraper.header("Authorization", "bearer a token for the scraper");
  scraper.header("X-Forwarded-For", "203.0.113.7");
  CHECK(scraper.get("/metrics").status == 200);
}

TEST_CASE("without any traffic, a full disk makes the server unready, and room makes it ready again") {
  ServerFixture server;
  CHECK(server.stop() == 0);
  // Fill the log of changes nearly to the limit, and keep it by keeping the file open.
  SQLite::Database filler(server.database(), SQLite::OPEN_READWRITE, 5000);
  filler.exec("PRAGMA wal_autocheckpoint = 0");
  for (int n = 0; n < 7; ++n)
    filler.exec("PRAGMA user_version = " + filler.execAndGet("PRAGMA user_version").getString());
  server.start_with_disk_limit(32);
  auto client = server.client();
  Answer ready;
  REQUIRE(wait_for([&] {
    ready = client.get("/health/ready");
    return ready.status == 503 && ready.body["error"]["details"]["check"] == "store";
  }));
  CHECK(client.get("/health/live").status == 200);
  CHECK(client.get("/api/health").body.contains("uptime_seconds"));
  CHECK(server.running());
  server.lift_disk_limit();
  CHECK(wait_for([&] { return client.get("/health/ready").status == 200; }));
  REQUIRE(deliver(client, message_webhook("chat_1", "m1", "hi")).status == 200);
}

TEST_CASE("however often readiness is asked, an idle server writes at most one probe in a while") {
  // What a start does in the background, looking for missed messages, would write, too.
  ServerFixture server(json{{"unipile", {{"reconcile_max_hours", 0}}}});
  auto client = server.client();
  const auto pages = [&] { return std::filesystem::file_size(server.database() + "-wal") / 4096; };
  const auto began = std::chrono::steady_clock::now();
  REQUIRE(client.get("/health/ready").status == 200);
  const auto before = pages();
  for (int n = 0; n < 200; ++n) REQUIRE(client.get("/health/ready").status == 200);
  const auto took = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - began);
  CHECK(pages() - before <= static_cast<std::uintmax_t>(took.count() / 3 + 1));
}
