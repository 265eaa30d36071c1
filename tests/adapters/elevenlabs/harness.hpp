/// What the transport tests share: events collected with a wait on conditions, and a connector with short times.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <sessioncore/elevenlabs/connector.hpp>

namespace sessioncore::elevenlabs::testing {

using namespace std::chrono_literals;

/// Far beyond what anything takes, so that only a real fault ends in it; sanitizers are slow.
inline constexpr auto kPatience = 60s;
/// Of what must not be over before a test is done with it, however slow the machine is.
inline constexpr auto kNever = 10 * kPatience;
/// How long a test looks for something that must not happen.
inline constexpr auto kQuiet = 200ms;

/// The events of all chats, in the order they came.
class Events {
 public:
  PostEvent post() {
    return [this](const ChatId& chat, Event event) {
      const std::lock_guard lock(mutex_);
      all_.emplace_back(chat.value, std::move(event));
      changed_.notify_all();
    };
  }
  /// The n-th event of this kind for the chat, n from 0.
  template <class T>
  std::optional<T> find(const std::string& chat, std::size_t n = 0, std::chrono::milliseconds patience = kPatience) {
    std::unique_lock lock(mutex_);
    std::optional<T> found;
    changed_.wait_for(lock, patience, [&] { return (found = look<T>(chat, n)).has_value(); });
    return found;
  }
  template <class T>
  T wait(const std::string& chat, std::size_t n = 0) {
    auto found = find<T>(chat, n);
    REQUIRE_MESSAGE(found.has_value(), "no such event for ", chat);
    return *found;
  }
  /// True if no event at all comes for the chat beyond the first `count`.
  bool stays_at(const std::string& chat, std::size_t count) {
    std::unique_lock lock(mutex_);
    return !changed_.wait_for(lock, kQuiet, [&] { return count_of(chat) != count; });
  }
  bool wait_for_count(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return all_.size() >= count; });
  }
  std::size_t total() {
    const std::lock_guard lock(mutex_);
    return all_.size();
  }

 private:
  template <class T>
  std::optional<T> look(const std::string& chat, std::size_t n) {
    for (const auto& [name, event] : all_) {
      if (name != chat || !std::holds_alternative<T>(event)) continue;
      if (n-- == 0) return std::get<T>(event);
    }
    return std::nullopt;
  }
  std::size_t count_of(const std::string& chat) {
    std::size_t count = 0;
    for (const auto& entry : all_) count += entry.first == chat ? 1U : 0U;
    return count;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::pair<std::string, Event>> all_;
};

inline LinkId link(const std::string& chat, Generation generation = 1) {
  return {ChatId(chat), generation};
}

inline ChatFacts facts(const std::string& chat) {
  ChatFacts result;
  result.id = ChatId(chat);
  result.contact_name = "Ayse";
  return result;
}

/// Lines of the log, so that a test can look for what must not stand there.
class Log {
 public:
  void add(const std::string& line) {
    const std::lock_guard lock(mutex_);
    text_ += line + "\n";
    changed_.notify_all();
  }
  /// False if nothing like it is ever logged.
  bool wait_for(const std::string& part) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return text_.find(part) != std::string::npos; });
  }
  std::string text() {
    const std::lock_guard lock(mutex_);
    return text_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string text_;
};

/// Nothing ends by its time but what a test gives a short one.
inline Options unhurried() {
  Options options;
  options.connect_timeout = options.request_timeout = options.open_timeout = options.close_timeout = kNever;
  options.pong_timeout = options.activity_interval = options.late_reply_wait = kNever;
  return options;
}

inline Options options_for(const std::string& base_url) {
  auto options = unhurried();
  options.base_url = base_url;
  options.api_key = "test-key";
  return options;
}

/// A connector with its events; the connector ends before them.
struct Rig {
  explicit Rig(Options options) {
    if (!options.log) options.log = [this](LogLevel, const std::string& line) { log.add(line); };
    auto made = ElevenLabsConnector::create(std::move(options), events.post());
    REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error().detail));
    connector = std::move(*made);
  }
  void open(const std::string& chat, Generation generation = 1, const std::string& agent = "agent_1") {
    connector->open(link(chat, generation), AgentId(agent), facts(chat));
  }
  LinkReady open_ready(const std::string& chat) {
    open(chat);
    const auto ready = events.find<LinkReady>(chat);
    REQUIRE_MESSAGE(ready.has_value(), log.text());
    return *ready;
  }
  void ask(const std::string& chat, const std::string& question, const std::string& context = "") {
    connector->ask(link(chat), context, question);
  }

  Events events;
  Log log;
  std::unique_ptr<ElevenLabsConnector> connector;
};

}  // namespace sessioncore::elevenlabs::testing

namespace doctest {
template <>
struct StringMaker<sessioncore::LinkLoss> {
  static String convert(sessioncore::LinkLoss loss) {
    static constexpr const char* kNames[] = {"clean", "failed", "refused", "busy"};
    return kNames[static_cast<int>(loss)];
  }
};
}  // namespace doctest
