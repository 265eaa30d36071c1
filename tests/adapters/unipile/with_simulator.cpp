// The adapter against the project's stand-in for Unipile: what both sides understand of each other, over real HTTP.
#include "client.hpp"
#include "http_stand.hpp"

#include <condition_variable>
#include <mutex>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <unipile_simulator.hpp>

#include <sessioncore/unipile/accounts.hpp>
#include <sessioncore/unipile/webhook.hpp>

using namespace sessioncore;
using namespace sessioncore::unipile;
using namespace sessioncore::unipile::tests;
using nlohmann::json;
using simulators::UnipileSimulator;

namespace {

// Receives the deliveries and reads them.
class Inbox {
 public:
  Inbox() {
    stand_.server.Post("/webhooks/unipile", [this](const httplib::Request& request, httplib::Response& response) {
      auto webhook = parse_webhook(request.body);
      const std::lock_guard lock(mutex_);
      if (request.get_header_value("x-unipile-secret") != "s3cret") ++without_secret;
      webhook ? read_.push_back(std::move(*webhook)) : refused_.push_back(webhook.error().detail);
      changed_.notify_all();
      response.status = 200;
    });
    url = stand_.start() + "/webhooks/unipile";
  }
  Webhook next() {
    std::unique_lock lock(mutex_);
    const auto come = [this] { return taken_ < read_.size() || !refused_.empty(); };
    if (!changed_.wait_for(lock, std::chrono::seconds(60), come)) throw std::runtime_error("no delivery");
    if (!refused_.empty()) throw std::runtime_error("refused: " + refused_.front());
    return read_[taken_++];
  }
  MessageWebhook next_message() { return std::get<MessageWebhook>(next()); }
  template <class Kind>
  Kind next_event() {
    return std::get<Kind>(next_message().event);
  }

  std::string url;
  int without_secret = 0;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Webhook> read_;
  std::vector<std::string> refused_;
  std::size_t taken_ = 0;
  HttpStand stand_;  // last: its handlers use the others
};

UnipileSimulator::Config config_for(const Inbox& inbox) {
  UnipileSimulator::Config config;
  config.api_key = "key-1";
  config.account_id = "acc_clinic";
  config.webhook_urls = {inbox.url};
  config.webhook_secret = "s3cret";
  return config;
}

struct Bench {
  Bench() : simulator(config_for(inbox)) {
    simulator.start();
    channel = std::make_unique<UnipileClient>(options_for(simulator.base_url()), collector.post());
  }
  ~Bench() {
    channel->stop();
    simulator.stop();
  }
  json control(const std::string& target, const json& body) {
    const auto reply = simulator.control("POST", target, body.dump());
    if (reply.status >= 300) throw std::runtime_error(target + ": " + reply.body);
    return json::parse(reply.body);
  }
  // A chat exists once its contact has written.
  ChatFacts chat_of(const std::string& phone) {
    const auto written = control("/sim/contact", {{"phone", phone}, {"name", "Ayşe"}, {"text", "Merhaba"}});
    (void)inbox.next();
    return chat_facts("c1", written["chat_id"]);
  }
  void fault(const json& fault) { control("/sim/faults", fault); }

  Inbox inbox;
  UnipileSimulator simulator;
  Collector collector;
  std::unique_ptr<UnipileClient> channel;
};

constexpr const char* kPhone = "+905550001122";

}  // namespace

TEST_CASE("simulator: a contact writes, whatever id shows") {
  Bench bench;
  const std::pair<const char*, const char*> cases[] = {
      {"lid", "+905550001122"}, {"classic", "+905550001133"}, {"hidden", "+905550001144"}};
  for (const auto& example : cases) {
    const auto* style = example.first;
    const auto* phone = example.second;
    CAPTURE(style);
    const auto written = bench.control(
        "/sim/contact", {{"phone", phone}, {"name", "Deniz"}, {"text", "Kimse var mı?"}, {"style", style}});
    const auto webhook = bench.inbox.next_message();
    CHECK(webhook.account_id == "acc_clinic");
    CHECK(webhook.chat_id == written["chat_id"].get<std::string>());
    CHECK(webhook.contact_name == "Deniz");
    CHECK(webhook.contact_phone == (std::string(style) == "hidden" ? "" : phone));
    const auto& message = std::get<ContactMessage>(webhook.event);
    CHECK(message.provider_id.value == written["message_id"].get<std::string>());
    CHECK(message.text == "Kimse var mı?");
    CHECK(message.provider_time.ms > 1700000000000);
  }
  CHECK(bench.inbox.without_secret == 0);
}

TEST_CASE("simulator: the echo names the message that the send was told") {
  for (const bool omit : {false, true}) {
    CAPTURE(omit);
    Bench bench;
    bench.simulator.set_options(json{{"omit_is_sender", omit}, {"attendees_include_self", true}}.dump());
    const auto chat = bench.chat_of(kPhone);
    bench.channel->send(chat, {4, 1}, "Elbette, saat kaçta?");
    const auto succeeded = bench.collector.first<SendSucceeded>();
    REQUIRE(succeeded.provider_id);
    const auto webhook = bench.inbox.next_message();
    CHECK(webhook.contact_phone == kPhone);
    CHECK(webhook.contact_name == "Ayşe");
    const auto& echo = std::get<SelfMessage>(webhook.event);
    CHECK(echo.provider_id == *succeeded.provider_id);
    CHECK(echo.text == "Elbette, saat kaçta?");
  }
}

TEST_CASE("simulator: null ids, receipts, edits, deletions, reactions, groups") {
  Bench bench;
  bench.simulator.set_options(R"({"null_message_id": true, "delivery_receipts": true})");
  const auto chat = bench.chat_of(kPhone);
  bench.channel->send(chat, {4, 1}, "Elbette");
  CHECK(!bench.collector.first<SendSucceeded>().provider_id);
  const auto echo = bench.inbox.next_event<SelfMessage>();
  CHECK(bench.inbox.next_event<DeliveryReport>().delivery == ReportedDelivery::delivered);
  const auto read = bench.inbox.next_event<DeliveryReport>();
  CHECK(read.delivery == ReportedDelivery::read);
  CHECK(read.provider_id == echo.provider_id);

  const auto written = bench.control("/sim/contact", {{"phone", kPhone}, {"text", "Yarin"}});
  const std::string id = written["message_id"];
  CHECK(bench.inbox.next_event<ContactMessage>().text == "Yarin");
  bench.control("/sim/edit", {{"message_id", id}, {"text", "Yarın"}});
  const auto edited = bench.inbox.next_event<MessageEdited>();
  CHECK(edited.provider_id.value == id);
  CHECK(edited.text == "Yarın");
  bench.control("/sim/delete", {{"message_id", id}});
  CHECK(bench.inbox.next_event<MessageDeleted>().provider_id.value == id);
  bench.control("/sim/react", {{"message_id", echo.provider_id.value}, {"reaction", "👍"}});
  CHECK(std::get<Discarded>(bench.inbox.next()).why == DiscardReason::reaction);
  bench.control("/sim/contact", {{"phone", kPhone}, {"text", "hepiniz"}, {"group", "Aile"}});
  CHECK(std::get<Discarded>(bench.inbox.next()).why == DiscardReason::group);
  bench.control("/sim/contact", {{"phone", kPhone}, {"is_event", true}, {"text", "missed call"}});
  CHECK(std::get<Discarded>(bench.inbox.next()).why == DiscardReason::system_event);
}

TEST_CASE("simulator: attachments in both naming styles") {
  for (const auto* style : {"prefixed", "plain"}) {
    CAPTURE(style);
    Bench bench;
    bench.simulator.set_options(json{{"attachment_style", style}}.dump());
    const auto kind_of = [&](const json& attachment) {
      bench.control("/sim/contact", {{"phone", kPhone}, {"attachments", {attachment}}});
      const auto message = bench.inbox.next_event<ContactMessage>();
      CHECK(!json::parse(message.attachments)[0].value("id", "").empty());
      return message.kind;
    };
    CHECK(kind_of({{"type", "img"}, {"mimetype", "image/jpeg"}}) == MessageKind::image);
    CHECK(kind_of({{"type", "img"}, {"mimetype", "image/webp"}, {"sticker", true}}) == MessageKind::sticker);
    CHECK(kind_of({{"type", "audio"}, {"mimetype", "audio/ogg"}, {"voice_note", true}}) == MessageKind::audio);
    CHECK(kind_of({{"type", "file"}, {"mimetype", "application/pdf"}, {"file_name", "a.pdf"}}) == MessageKind::file);
  }
}

TEST_CASE("simulator: account states arrive in both forms") {
  for (const auto* style : {"nested", "flat"}) {
    CAPTURE(style);
    Bench bench;
    bench.simulator.set_options(json{{"account_status_style", style}}.dump());
    bench.control("/sim/account_status", {{"status", "CREDENTIALS"}});
    const auto status = std::get<AccountStatusWebhook>(bench.inbox.next());
    CHECK(status.account_id == "acc_clinic");
    CHECK(status.status == AccountStatus::credentials);
  }
}

TEST_CASE("simulator: a disconnected account keeps the text for later") {
  Bench bench;
  const auto chat = bench.chat_of(kPhone);
  bench.control("/sim/account_status", {{"status", "CREDENTIALS"}});
  bench.channel->send(chat, {4, 1}, "Elbette");
  const auto failed = bench.collector.first<SendFailed>();
  CHECK(failed.failure == SendFailure::disconnected);
  CHECK(failed.detail == "HTTP 401 disconnected_account");
}

TEST_CASE("simulator: its faults fall into their classes") {
  const std::pair<json, SendFailure> cases[] = {
      {{{"route", "send"}, {"kind", "status"}, {"status", 429}}, SendFailure::retryable},
      {{{"route", "send"}, {"kind", "status"}, {"status", 500}}, SendFailure::retryable},
      {{{"route", "send"}, {"kind", "status"}, {"status", 404}}, SendFailure::permanent},
      {{{"route", "send"}, {"kind", "status"}, {"status", 422}}, SendFailure::permanent},
      {{{"route", "send"}, {"kind", "status"}, {"status", 504}}, SendFailure::ambiguous},
      {{{"route", "send"}, {"kind", "drop_before"}}, SendFailure::ambiguous}};
  for (const auto& example : cases) {
    CAPTURE(example.first.dump());
    Bench bench;
    const auto chat = bench.chat_of(kPhone);
    bench.fault(example.first);
    bench.channel->send(chat, {4, 1}, "Elbette");
    CHECK(bench.collector.first<SendFailed>().failure == example.second);
  }
}

TEST_CASE("simulator: a send whose answer was lost is found in the list") {
  Bench bench;
  bench.simulator.set_options(R"({"echo": "off"})");
  const auto chat = bench.chat_of(kPhone);
  const Instant before{
      std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch()).count()};
  bench.fault({{"route", "send"}, {"kind", "drop_after"}});
  bench.channel->send(chat, {4, 1}, "Elbette");
  CHECK(bench.collector.first<SendFailed>().failure == SendFailure::ambiguous);
  bench.channel->list_sent(chat, before);
  const auto found = std::get<SelfMessage>(bench.collector.wait_for(2)[1].event);
  CHECK(found.text == "Elbette");
  CHECK(!found.provider_id.empty());
}

TEST_CASE("simulator: accounts and webhooks") {
  Bench bench;
  UnipileAccounts accounts(options_for<ClientOptions>(bench.simulator.base_url()));
  CHECK(accounts.get("acc_clinic")->phone == "+902121234567");
  CHECK(accounts.get("acc_clinic")->status == AccountStatus::ok);
  const auto step = accounts.connect();
  REQUIRE(step);
  CHECK(step->checkpoint == "QRCODE");
  CHECK(!step->qr_code.empty());
  CHECK(accounts.get(step->account_id)->status == AccountStatus::connecting);
  CHECK(accounts.reconnect("acc_clinic")->checkpoint == "QRCODE");
  CHECK(accounts.remove(step->account_id));
  CHECK(accounts.get(step->account_id).error().code == ErrorCode::not_found);
  CHECK(accounts.reconnect("acc_nobody").error().code == ErrorCode::not_found);

  Inbox second;
  WebhookRegistration registration;
  registration.request_url = second.url;
  registration.name = "inbox";
  registration.secret = "s3cret";
  registration.account_ids = {"acc_clinic"};
  CHECK(!accounts.register_webhook(registration)->empty());
  bench.control("/sim/contact", {{"phone", kPhone}, {"text", "Merhaba"}});
  CHECK(second.next_event<ContactMessage>().text == "Merhaba");
  CHECK(second.without_secret == 0);
}
