// Lines that people write become events:
//
//   contact NAME TEXT    the contact writes           phone NAME TEXT   a person answers on the phone
//   take NAME            an operator takes over       say NAME TEXT     ... and writes
//   release NAME         ... hands back               close NAME        ... closes the chat
//   block NAME           the contact is blacklisted   unblock NAME
//   account on           the channel's account is     account off
#pragma once

#include "chat_watch.hpp"
#include "settings.hpp"

#include <cstdio>
#include <optional>
#include <random>
#include <sstream>
#include <string>

#include <sessioncore/runtime/runtime.hpp>

namespace embedded {

// Must not repeat, also not after a restart.
inline std::string unique_id() {
  std::random_device random;
  return std::to_string(random()) + "-" + std::to_string(random());
}

class Console {
 public:
  Console(Runtime& runtime, Settings& settings, const ChatWatch& watch, Clock& clock)
      : runtime_(runtime), settings_(settings), watch_(watch), clock_(clock) {}

  void run(const std::string& line) {
    std::istringstream words(line);
    std::string verb;
    std::string name;
    std::string text;
    words >> verb >> name >> std::ws;
    std::getline(words, text);
    if (verb == "account") return account(name == "on" ? AccountState::connected : AccountState::disconnected);
    if (verb == "block" || verb == "unblock") return block(name, verb == "block");
    if (const auto event = event_of(verb, text)) return give(name, *event);
    std::printf("not understood: %s\n", line.c_str());
  }

 private:
  [[nodiscard]] std::optional<Event> event_of(const std::string& verb, const std::string& text) {
    const UserId ana("ana");
    if (verb == "contact") return ContactMessage{message(text)};
    if (verb == "phone") return SelfMessage{message(text)};
    if (verb == "take") return TakeOver{.user = ana};
    if (verb == "say") return SendText{.user = ana, .text = text};
    if (verb == "release") return Release{.user = ana, .immediate = true};
    if (verb == "close") return Close{.user = ana};
    return {};
  }

  // A service gives an id and a time with each message; they are passed on as they are.
  [[nodiscard]] InboundMessage message(const std::string& text) {
    return {.provider_id = ProviderMessageId(unique_id()), .provider_time = clock_.now(), .text = text};
  }

  // `call` waits until the step is stored: only then has a provider its answer, or an operator the outcome.
  void give(const std::string& name, Event event) {
    const ChatFacts chat{.key = {.tenant = TenantId("shop"), .channel = "console", .external_id = name},
                         .contact_name = name};
    const auto reply = runtime_.call(chat, std::move(event));
    if (!reply) {
      std::printf("%s: failed: %s\n", name.c_str(), reply.error().detail.c_str());
      return;
    }
    const bool rejected = reply->outcome.verdict == Verdict::rejected;
    std::printf("%s: %s\n", name.c_str(),
                std::string(rejected ? to_string(reply->outcome.reason) : to_string(reply->phase)).c_str());
  }

  // First the verdict, then the news of it: the chat's step asks for the policy.
  void block(const std::string& name, bool blocked) {
    settings_.set_blocked(name, blocked);
    give(name, BlacklistChanged{});
  }
  void account(AccountState state) {
    settings_.set_account(state);
    for (const ChatId& chat : watch_.awaiting_account()) {
      if (const auto told = runtime_.post({.chat = chat, .event = AccountChanged{}}); !told) {
        std::printf("%s: %s\n", chat.value.c_str(), told.error().detail.c_str());
      }
    }
  }

  Runtime& runtime_;
  Settings& settings_;
  const ChatWatch& watch_;
  Clock& clock_;
};

}  // namespace embedded
