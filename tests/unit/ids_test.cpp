#include <type_traits>
#include <unordered_set>

#include <doctest/doctest.h>

#include <sessioncore/ids.hpp>
#include <sessioncore/instant.hpp>

using namespace sessioncore;

static_assert(!std::is_convertible_v<ChatId, UserId>);
static_assert(!std::is_convertible_v<std::string, ChatId>);
static_assert(!std::is_convertible_v<std::int64_t, Instant> || !std::is_convertible_v<Duration, Instant>);

TEST_CASE("ids compare, hash and can be empty") {
  CHECK(ChatId().empty());
  CHECK_FALSE(ChatId("c").empty());
  CHECK(ChatId("a") == ChatId("a"));
  CHECK(ChatId("a") != ChatId("b"));
  CHECK(ChatId("a") < ChatId("b"));
  const std::unordered_set<ChatId> set = {ChatId("a"), ChatId("a"), ChatId("b")};
  CHECK(set.size() == 2);
}

TEST_CASE("ids of messages and sessions follow from the chat's and a number") {
  CHECK(message_id(ChatId("c7"), 3) == "c7-m3");
  CHECK(session_id(ChatId("c7"), 12) == "c7-s12");
}

TEST_CASE("instants and durations") {
  constexpr Instant kAt{1'000};
  static_assert(kAt + Duration(5) == Instant{1'005});
  static_assert(kAt - Duration(5) == Instant{995});
  static_assert(Instant{1'005} - kAt == Duration(5));
  CHECK(kAt < Instant{1'001});
  CHECK(kAt + std::chrono::seconds(2) == Instant{3'000});
}
