// A database as a server leaves it over months: the real engine on a file, with a clock that is told the time.
#pragma once

#include "unit/engine_fakes.hpp"

#include <string>

#include <doctest/doctest.h>

#include <sessioncore/engine/engine.hpp>
#include <sessioncore/sqlite/store.hpp>
#include <sessioncore/testing/manual_clock.hpp>

namespace sessioncore::test_support {

class Past {
 public:
  explicit Past(const std::filesystem::path& path, Instant now, const std::string& channel = "test")
      : now_(now), channel_(channel) {
    auto opened = sqlite::SqliteStore::open(path);
    REQUIRE(opened.has_value());
    store = std::move(*opened);
    policies.policy_.human_inactivity = Duration(0);  // a person may hold a conversation for months
    EngineOptions options;
    options.new_chat_id = [this] { return ChatId(prefix + std::to_string(++chats_)); };
    engine =
        std::make_unique<Engine>(EnginePorts{store.get(), &channel_port, &agents, &policies, &clock, nullptr}, options);
  }

  // From now on it is `days` before the present.
  void days_ago(int days) { clock.set(now_ - std::chrono::hours(24 * days)); }

  Result<Reply> give(const std::string& chat, Event event, const std::string& tenant = "clinic") {
    ChatFacts facts;
    facts.key = {TenantId(tenant), channel_, chat};
    facts.account = AccountId("acc_1");
    facts.contact_phone = "+90555123" + std::to_string(1000 + chat.size());
    Result<Reply> answer = Error{};
    Input input{facts, std::move(event), [&](const Result<Reply>& reply) { answer = reply; }};
    (void)engine->run({&input, 1});
    clock.advance(Duration(1000));
    return answer;
  }
  ChatId contact(const std::string& chat, const std::string& id, const std::string& tenant = "clinic") {
    ContactMessage message;
    message.provider_id = ProviderMessageId(id);
    message.provider_time = clock.now();
    message.text = "text of " + id;
    const auto reply = give(chat, message, tenant);
    REQUIRE(reply.has_value());
    return reply->chat;
  }
  // A person answers on the phone: within the grace period that ends the session.
  void phone(const std::string& chat, const std::string& id, const std::string& tenant = "clinic") {
    SelfMessage message;
    message.provider_id = ProviderMessageId(id);
    message.provider_time = clock.now();
    message.text = "text of " + id;
    REQUIRE(give(chat, message, tenant).has_value());
  }
  void must(const std::string& chat, Event event) {
    const auto reply = give(chat, std::move(event));
    REQUIRE(reply.has_value());
    REQUIRE(reply->outcome.verdict == Verdict::accepted);
  }

  testing::ManualClock clock;
  testing::RecordingChannel channel_port;
  testing::RecordingAgents agents;
  testing::FixedPolicy policies;
  std::string prefix = "chat";
  std::unique_ptr<sqlite::SqliteStore> store;
  std::unique_ptr<Engine> engine;

 private:
  Instant now_;
  std::string channel_;
  int chats_ = 0;
};

}  // namespace sessioncore::test_support
