// An account belongs to one tenant (ADR 0121): what a description names and another tenant owns is nobody else's.
#include "support/provider.hpp"

#include <atomic>
#include <thread>

#include <doctest/doctest.h>
#include <httplib.h>

using namespace e2e;
using namespace std::chrono_literals;

namespace {

constexpr const char* kHotelAdmin = "admin@hotel.example.com";

/// The hotel has no account in the file; what it connects through the API is then given to the clinic by the file.
struct Taken {
  Taken() : server(json{{"public_url", "http://127.0.0.1:9"}, {"unipile", {{"account_poll_seconds", 0.2}}}}) {
    json config = server.config();
    config["tenants"][1].erase("unipile_account_id");
    take_over(config);
    auto hotel = server.logged_in(kHotelAdmin);
    account = hotel.post("/api/whatsapp/connect").body.at("account_id");
    (void)control(server, "/sim/scan_qr", {{"account_id", account}});
    REQUIRE(eventually([&] { return status_of(hotel).at("phone").is_string(); }));
    config["tenants"][0]["unipile_account_id"] = account;
    take_over(config);
    REQUIRE(server.log().find(R"("event":"tenant.account_taken")") != std::string::npos);
  }
  void take_over(const json& config) {
    const auto reloads = [&] {
      const std::string log = server.log();
      std::size_t count = 0;
      for (auto at = log.find("\"reloaded\""); at != std::string::npos; at = log.find("\"reloaded\"", at + 1)) ++count;
      return count;
    };
    const std::size_t before = reloads();
    server.write_config(config);
    server.hang_up();
    REQUIRE(eventually([&] { return reloads() > before; }));
  }
  static json status_of(JsonClient& api) { return api.get("/api/whatsapp/connection-status").body; }
  [[nodiscard]] int at_provider() const { return provider_api(server).get("/api/v1/accounts/" + account).status; }
  [[nodiscard]] std::string webhooks() const { return provider_api(server).get("/api/v1/webhooks").body.dump(); }

  ServerFixture server;
  std::string account;
};

/// A provider that answers the making of an account with one that exists already.
class ForgetfulProvider {
 public:
  explicit ForgetfulProvider(const std::string& account) {
    server_.Post("/api/v1/accounts", [account](const httplib::Request&, httplib::Response& out) {
      out.status = 201;
      out.set_content(json{{"object", "AccountCreated"}, {"account_id", account}}.dump(), "application/json");
    });
    server_.Delete(R"(/api/v1/accounts/.*)", [this](const httplib::Request&, httplib::Response& out) {
      ++removals_;
      out.set_content(R"({"object": "AccountDeleted"})", "application/json");
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
  }
  ~ForgetfulProvider() {
    server_.stop();
    thread_.join();
  }
  ForgetfulProvider(const ForgetfulProvider&) = delete;
  ForgetfulProvider& operator=(const ForgetfulProvider&) = delete;

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] int removals() const { return removals_; }

 private:
  std::atomic<int> removals_{0};
  httplib::Server server_;
  int port_ = 0;
  std::thread thread_;
};

}  // namespace

TEST_CASE("an account of another tenant that the provider gives out as a new one is neither taken nor removed") {
  ForgetfulProvider provider("acc_1");
  ServerFixture server(json{{"unipile", {{"base_url", provider.url()}}}});
  auto hotel = server.logged_in(kHotelAdmin);
  REQUIRE(hotel.post("/api/whatsapp/disconnect").status == 200);
  const int removals = provider.removals();
  const Answer answer = hotel.post("/api/whatsapp/connect");
  CHECK(answer.status == 409);
  CHECK(answer.body.at("error").at("code") == "account_in_use");
  CHECK(provider.removals() == removals);
}

TEST_CASE("a tenant whose description names another one's account has none, on every route") {
  Taken taken;
  SUBCASE("after the reload") {}
  SUBCASE("after a restart") {
    taken.server.kill_now();
    taken.server.start();
  }
  auto clinic = taken.server.logged_in();
  auto hotel = taken.server.logged_in(kHotelAdmin);
  const std::string webhooks = taken.webhooks();
  CHECK(Taken::status_of(clinic).at("status") == "disconnected");
  CHECK(Taken::status_of(clinic).at("phone").is_null());
  const Answer registered = clinic.post("/api/whatsapp/register-webhook");
  CHECK(registered.status == 409);
  CHECK(registered.body.at("error").at("code") == "not_connected");
  CHECK(taken.webhooks() == webhooks);
  CHECK(clinic.post("/api/whatsapp/disconnect").status == 200);
  CHECK(taken.at_provider() == 200);
  CHECK(Taken::status_of(hotel).at("status") == "ok");

  // Connecting makes an account of its own.
  const Answer begun = clinic.post("/api/whatsapp/connect");
  REQUIRE(begun.status == 200);
  CHECK(begun.body.at("account_id") != taken.account);
  CHECK(begun.body.at("checkpoint") == "QRCODE");
  CHECK(Taken::status_of(hotel).at("connected") == true);
  REQUIRE(hotel.post("/api/whatsapp/disconnect").status == 200);
  CHECK(taken.at_provider() == 404);
}

TEST_CASE("nothing is read, kept or sent through an account that is another tenant's") {
  Taken taken;
  taken.server.kill_now();
  // Written while nobody listened: found by looking for it, by its owner alone.
  const std::string chat = control(taken.server, "/sim/contact",
                                   {{"account_id", taken.account}, {"phone", "+905551110001"}, {"text", "missed"}})
                               .at("chat_id");
  taken.server.start();
  auto clinic = taken.server.logged_in();
  auto hotel = taken.server.logged_in(kHotelAdmin);
  REQUIRE(eventually([&] { return !chat_id_of(hotel, chat).empty(); }));
  CHECK(clinic.get("/api/whatsapp/chats").body.at("data").empty());
  CHECK(clinic.get("/api/whatsapp/notifications").body.at("data").empty());
}

TEST_CASE("a phone number is told of the account it belongs to") {
  ServerFixture server;
  auto api = server.logged_in();
  // Asked of the provider, who may not answer in time.
  json before;
  REQUIRE(eventually([&] {
    before = Taken::status_of(api);
    return before.at("phone").is_string();
  }));
  json config = server.config();
  config["tenants"][0]["unipile_account_id"] = "acc_9";
  config["tenants"][1]["unipile_account_id"] = "acc_1";
  server.write_config(config);
  server.hang_up();
  auto hotel = server.logged_in(kHotelAdmin);
  REQUIRE(eventually([&] { return Taken::status_of(hotel).at("phone") == before.at("phone"); }));
  CHECK(Taken::status_of(api).at("phone").is_null());
  // What was said of the new one does not bring back what was said of the former.
  CHECK(eventually([&] { return Taken::status_of(api).at("status") == "deleted"; }));
  CHECK(Taken::status_of(api).at("phone").is_null());
}
