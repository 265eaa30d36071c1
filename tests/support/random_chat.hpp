// One chat to which anything happens, in any order: reproducible from its seed, or from the bytes of a fuzzer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <sessioncore/core/step.hpp>

namespace sessioncore::test_support {

// The same numbers on every machine: splitmix64, or what somebody else chose, and zeros after that.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  explicit Dice(std::string_view chosen) : chosen_(chosen) {}
  std::uint32_t below(std::size_t limit) {
    return static_cast<std::uint32_t>((chosen_ ? next_chosen(limit <= 256 ? 1 : 4) : roll()) % limit);
  }
  bool chance(std::uint32_t percent) { return below(100) < percent; }
  template <class T>
  T pick(std::initializer_list<T> values) {
    return values.begin()[below(values.size())];
  }
  // Nothing is left of what was chosen.
  [[nodiscard]] bool spent() const { return chosen_ && chosen_->empty(); }

 private:
  std::uint64_t roll() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31U);
  }
  std::uint64_t next_chosen(std::size_t bytes) {
    std::uint64_t value = 0;
    for (; bytes > 0 && !chosen_->empty(); --bytes) {
      value = (value << 8U) | static_cast<unsigned char>(chosen_->front());
      chosen_->remove_prefix(1);
    }
    return value;
  }

  std::uint64_t state_ = 0;
  std::optional<std::string_view> chosen_;
};

class RandomChat {
 public:
  explicit RandomChat(Dice dice);
  explicit RandomChat(std::uint64_t seed) : RandomChat(Dice(seed)) {}

  // Moves the clock, changes the policy now and then, and makes up the next event.
  [[nodiscard]] Event next_event();
  // Gives the event to the core as it stands and keeps what comes of it, as an engine would.
  Step give(const Event& event);

  [[nodiscard]] const Conversation& state() const { return state_; }
  [[nodiscard]] const Policy& policy() const { return policy_; }
  [[nodiscard]] Policy& policy() { return policy_; }
  [[nodiscard]] Instant now() const { return now_; }
  [[nodiscard]] bool ended() const { return dice_.spent(); }
  // Fills in what an engine fills in: whether the provider's id is known.
  void complete(Event& event) const;

 private:
  void move_clock();
  void change_policy();
  void fill(InboundMessage& message);
  [[nodiscard]] ProviderMessageId any_id();
  [[nodiscard]] std::string any_text();
  [[nodiscard]] Generation any_generation();
  [[nodiscard]] UserId any_user();
  [[nodiscard]] Event message_event();
  [[nodiscard]] Event link_event();
  [[nodiscard]] Event reply_event();
  [[nodiscard]] Event send_result();
  [[nodiscard]] Event command();
  [[nodiscard]] Event other_event();

  Dice dice_;
  Policy policy_;
  Conversation state_;
  Instant now_{1'700'000'000'000};
  std::map<std::string, MessageNumber> ids_;
  std::map<MessageNumber, Delivery> deliveries_;
  std::map<MessageNumber, std::string> ours_;  // texts of our sends, for echoes
  std::uint32_t last_id_ = 0;
  std::int64_t last_event_id_ = 0;
};

}  // namespace sessioncore::test_support
