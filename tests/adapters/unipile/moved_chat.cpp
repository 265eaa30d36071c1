// A chat that moves to another account of its business while something of it waits.
#include "transport/chat_queue.hpp"

#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace sessioncore;
using namespace sessioncore::unipile::transport;

namespace {

Job job(const char* chat, const char* account, std::variant<SendJob, ListJob> what) {
  ChatFacts facts;
  facts.id = ChatId(chat);
  facts.account = AccountId(account);
  return {facts, std::move(what)};
}

bool pushed(ChatQueue& queue, Job one) {
  return queue.push(one) == ChatQueue::Pushed::yes;
}

}  // namespace

TEST_CASE("queue: a list that waited for the account before counts for that one") {
  ChatQueue queue(2, 1);
  REQUIRE(pushed(queue, job("hangs", "before", SendJob{{1, 1}, "a"})));
  const auto under_way = queue.take();  // the account before has no room
  REQUIRE(under_way);
  REQUIRE(pushed(queue, job("moves", "before", ListJob{})));
  REQUIRE(pushed(queue, job("moves", "after", SendJob{{1, 1}, "b"})));
  queue.done(*under_way);
  const auto sent = queue.take();
  REQUIRE(sent);
  CHECK(sent->chat.account == AccountId("after"));
  queue.done(*sent);
  for (const char* account : {"before", "after"}) {
    CHECK(pushed(queue, job("one", account, SendJob{{1, 1}, "c"})));
    CHECK(pushed(queue, job("two", account, SendJob{{1, 1}, "d"})));
    CHECK(queue.recall(ChatId("one"), {1, 1}));
    CHECK(queue.recall(ChatId("two"), {1, 1}));
  }
}

TEST_CASE("queue: a send that is recalled leaves the line of the account that its chat had before") {
  ChatQueue queue(4, 1);
  REQUIRE(pushed(queue, job("hangs", "before", SendJob{{1, 1}, "a"})));
  const auto under_way = queue.take();
  REQUIRE(under_way);
  REQUIRE(pushed(queue, job("moves", "before", SendJob{{1, 1}, "b"})));
  REQUIRE(pushed(queue, job("moves", "after", SendJob{{2, 1}, "c"})));
  CHECK(queue.recall(ChatId("moves"), {1, 1}));
  CHECK(queue.recall(ChatId("moves"), {2, 1}));
  REQUIRE(pushed(queue, job("next", "after", SendJob{{1, 1}, "d"})));
  queue.done(*under_way);
  const auto next = queue.take();
  REQUIRE(next);
  CHECK(next->chat.id == ChatId("next"));
}

TEST_CASE("queue: chats that move while their account hangs go on with the next, however many they are") {
  const int under_way_max = 2;
  ChatQueue queue(100, under_way_max);
  std::vector<Job> hanging;
  for (const char* chat : {"hangs one", "hangs two"}) {
    REQUIRE(pushed(queue, job(chat, "before", ListJob{})));
    hanging.push_back(*queue.take());
  }
  const int moves = 5;
  for (int n = 0; n < moves; ++n)
    REQUIRE(pushed(queue, job(("moves " + std::to_string(n)).c_str(), "before", ListJob{})));
  for (int n = 0; n < moves; ++n)
    REQUIRE(pushed(queue, job(("moves " + std::to_string(n)).c_str(), "after", SendJob{})));
  std::set<ChatId> sent;
  for (int n = 0; n < moves; ++n) {
    REQUIRE(queue.is_short_of_takers());
    const auto next = queue.take();
    REQUIRE(next);
    CHECK(next->chat.account == AccountId("after"));
    sent.insert(next->chat.id);
    queue.done(*next);
  }
  CHECK(sent.size() == moves);
  for (const Job& one : hanging) queue.done(one);
  CHECK_FALSE(queue.is_short_of_takers());
}

TEST_CASE("queue: where a chat that could go on is recalled, the one that waits behind it goes on") {
  ChatQueue queue(100, 1);
  REQUIRE(pushed(queue, job("hangs", "one", SendJob{{1, 1}, "a"})));
  const auto under_way = queue.take();
  REQUIRE(under_way);
  REQUIRE(pushed(queue, job("second", "one", SendJob{{1, 1}, "b"})));
  REQUIRE(pushed(queue, job("third", "one", SendJob{{1, 1}, "c"})));
  queue.done(*under_way);  // now the second could go on
  REQUIRE(queue.recall(ChatId("second"), {1, 1}));
  REQUIRE(queue.is_short_of_takers());
  CHECK(queue.take()->chat.id == ChatId("third"));
}
