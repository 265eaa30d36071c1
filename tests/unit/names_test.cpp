// Every enumerator has a name of its own: stores and the API know the values by them.
#include <set>
#include <string>

#include <doctest/doctest.h>

#include <sessioncore/core/step.hpp>

using namespace sessioncore;

namespace {

template <class Enum>
void check_names(Enum last) {
  std::set<std::string> seen;
  for (int n = 0; n <= static_cast<int>(last); ++n) {
    const std::string name(to_string(static_cast<Enum>(n)));
    CAPTURE(n);
    CHECK_FALSE(name.empty());
    CHECK(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string::npos);
    CHECK(seen.insert(name).second);
  }
  // What comes after the last, of a newer version, say, has none; nor is one forgotten here.
  CHECK(to_string(static_cast<Enum>(static_cast<int>(last) + 1)).empty());
}

template <class Variant, std::size_t... I>
std::set<std::string> alternatives(std::index_sequence<I...>) {
  return {std::string(name_of(Variant(std::in_place_index<I>)))...};
}

}  // namespace

TEST_CASE("names of enumerators") {
  check_names(Phase::resolved);
  check_names(Reason::too_many_sends);
  check_names(Verdict::rejected);
  check_names(Notice::message_limit);
  check_names(Delivery::uncertain);
  check_names(Author::human);
  check_names(ResolvedBy::timeout);
  check_names(QueueReason::message_limit);
  check_names(MessageKind::other);
  check_names(AccountState::catching_up);
}

TEST_CASE("the API's error codes") {
  CHECK(to_string(Reason::no_active_session) == "no_active_session");
  CHECK(to_string(Reason::not_held) == "not_held");
  CHECK(to_string(Reason::already_held) == "already_held");
  CHECK(to_string(Reason::not_in_human_mode) == "not_in_human_mode");
  CHECK(to_string(Reason::chat_closed) == "chat_closed");
  CHECK(to_string(Reason::no_agent) == "no_agent");
  CHECK(to_string(Reason::account_disconnected) == "account_disconnected");
  CHECK(to_string(Reason::text_too_long) == "text_too_long");
  CHECK(to_string(Reason::text_empty) == "text_empty");
}

TEST_CASE("names of events and effects") {
  const auto events = alternatives<Event>(std::make_index_sequence<std::variant_size_v<Event>>{});
  CHECK(events.size() == std::variant_size_v<Event>);
  CHECK(events.count("contact_message") == 1);
  CHECK(events.count("blacklist_changed") == 1);
  const auto effects = alternatives<Effect>(std::make_index_sequence<std::variant_size_v<Effect>>{});
  CHECK(effects.size() == std::variant_size_v<Effect>);
  CHECK(effects.count("ask_agent") == 1);
}
