// Finding chats by number, by account and by unfinished work, without reading all of them.
#include "scratch_folder.hpp"
#include "sqlite_support.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <sessioncore/sqlite/chat_finder.hpp>

using namespace sessioncore;
using contract::commit_of;
using contract::must;
using contract::ScratchFolder;

namespace {

const TenantId kClinic("clinic");

void add_chat(Store& store, const std::string& id, const std::string& account, const std::string& phone,
              bool unfinished = false) {
  Commit commit = commit_of(id, 0, {contract::message(1, "hello")});
  std::get<MessageRecorded>(commit.records[0]).provider_id = ProviderMessageId("m-" + id);
  commit.facts.account = AccountId(account);
  commit.facts.contact_phone = phone;
  commit.needs_recovery = unfinished;
  must(contract::store(store, commit));
}

std::string ids(const std::vector<ChatId>& chats) {
  std::string all;
  for (const ChatId& chat : chats) all += chat.value + " ";
  return all;
}

}  // namespace

TEST_CASE("sqlite: chats are found by number, account and unfinished work, a page at a time") {
  const ScratchFolder folder;
  const auto file = folder.path("chats.db");
  const auto store = contract::opened(file);
  add_chat(*store, "a", "old", "+905551234567");
  add_chat(*store, "b", "new", "+905551234567", true);
  add_chat(*store, "c", "zold", "+905551234568", true);
  add_chat(*store, "d", "old", "+905551234567");
  const auto finder = must(sqlite::ChatFinder::open(file));

  CHECK(ids(must(finder->with_phone(kClinic, "+905551234567", ChatId(), 2))) == "a b ");
  CHECK(ids(must(finder->with_phone(kClinic, "+905551234567", ChatId("b"), 2))) == "d ");
  CHECK(must(finder->with_phone(TenantId("hotel"), "+905551234567", ChatId(), 2)).empty());

  const auto others = must(finder->not_of_account(kClinic, AccountId("new"), 10));
  REQUIRE(others.size() == 3);
  CHECK(others[2].account == AccountId("zold"));
  CHECK(others[2].key.external_id == "external-c");
  CHECK(must(finder->not_of_account(kClinic, AccountId("new"), 2)).size() == 2);
  CHECK(must(finder->not_of_account(TenantId("hotel"), AccountId("new"), 10)).empty());

  const auto unfinished = must(finder->unfinished(kClinic, ChatId(), 10));
  REQUIRE(unfinished.size() == 2);
  CHECK(unfinished[0].facts.id == ChatId("b"));
  CHECK(unfinished[0].state.version == 1);
  CHECK(must(finder->unfinished(kClinic, ChatId("b"), 10)).size() == 1);

  const auto found = must(finder->message(others[0].key, ProviderMessageId("m-a")));
  CHECK(found.chat);
  CHECK(found.text.has_value());
  const auto missing = must(finder->message(others[0].key, ProviderMessageId("m-b")));
  CHECK(missing.chat);
  CHECK_FALSE(missing.text.has_value());
  CHECK_FALSE(must(finder->message({kClinic, "channel", "nowhere"}, ProviderMessageId("m-a"))).chat);
  CHECK_FALSE(must(finder->latest_message(kClinic, AccountId("none"))).has_value());
}

TEST_CASE("sqlite: no search for chats reads all of them") {
  const ScratchFolder folder;
  const auto file = folder.path("chats.db");
  (void)contract::opened(file);
  SQLite::Database database(file.string(), SQLite::OPEN_READONLY);
  for (const char* query : {"SELECT id FROM chats WHERE tenant = ? AND contact_phone = ? AND id > ?",
                            "SELECT id FROM chats WHERE tenant = ? AND account < ?",
                            "SELECT 1 FROM messages WHERE chat = ? AND provider_id = ?"}) {
    SQLite::Statement plan(database, std::string("EXPLAIN QUERY PLAN ") + query);
    REQUIRE(plan.executeStep());
    const std::string how = plan.getColumn(3).getString();
    CHECK_MESSAGE(how.find("SEARCH") == 0, how);
  }
}
