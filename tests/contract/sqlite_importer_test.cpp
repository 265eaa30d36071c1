#include "sqlite_support.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <sessioncore/json.hpp>
#include <sessioncore/sqlite/importer.hpp>

using namespace sessioncore;
using namespace sessioncore::sqlite;
using contract::must;

namespace {

ImportedChat chat_of(const std::string& id) {
  const Commit commit = contract::commit_of(id, 0);
  ImportedChat chat;
  chat.facts = commit.facts;
  chat.facts.created_at = {900};
  chat.updated_at = {6000};
  chat.messages = {contract::message(1, "first"), contract::message(2, "second")};
  chat.messages[0].provider_id = ProviderMessageId("p1");
  chat.state.version = 1;
  chat.state.message_count = 2;
  chat.state.session.number = 1;
  chat.state.phase = Waiting{{7000}};
  SessionChanged session;
  session.number = 1;
  session.phase = Phase::waiting;
  chat.sessions = {session};
  return chat;
}

std::unique_ptr<SqliteImporter> importer(const std::filesystem::path& path, ImportMode mode = ImportMode::store) {
  Options options;
  options.busy_timeout = Duration(50);
  return must(SqliteImporter::open(path, mode, options));
}

}  // namespace

TEST_SUITE("contract") {
  TEST_CASE("sqlite importer: what was imported is a chat that goes on, its log begins with its state") {
    contract::ScratchFolder folder;
    const auto path = folder.fresh();
    const ImportedChat chat = chat_of("a");
    {
      const auto into = importer(path);
      CHECK_FALSE(must(into->exists(chat.facts)));
      must(into->store(std::span(&chat, 1)));
      CHECK(must(into->exists(chat.facts)));
      ChatFacts by_key = chat.facts;
      by_key.id = ChatId("other");
      CHECK(must(into->exists(by_key)));
      by_key.key.external_id = "other";
      CHECK_FALSE(must(into->exists(by_key)));
    }
    auto store = contract::opened(path);
    const auto stored = must(store->load(ChatId("a")));
    REQUIRE(stored);
    CHECK(stored->facts == chat.facts);
    CHECK(stored->state == chat.state);
    CHECK(must(store->find_message(ChatId("a"), ProviderMessageId("p1"))) == 1);
    CHECK(must(store->next_deadline()) == Instant{7000});
    CHECK(must(store->decisions(ChatId("a"), 0, 10)).empty());
    must(contract::store(*store, contract::commit_of("a", 1, {contract::message(3, "third")})));
    CHECK(must(store->decisions(ChatId("a"), 0, 10)).size() == 1);

    SQLite::Database file(path.string(), SQLite::OPEN_READONLY);
    SQLite::Statement origin(file,
                             "SELECT decision, origins.state FROM origins JOIN chats USING (chat) WHERE id = 'a'");
    REQUIRE(origin.executeStep());
    CHECK(origin.getColumn(0).getInt() == 0);
    CHECK(must(json::read_conversation(origin.getColumn(1).getString())) == chat.state);
  }

  TEST_CASE("sqlite importer: a batch goes in wholly or not at all") {
    contract::ScratchFolder folder;
    const auto path = folder.fresh();
    const auto into = importer(path);
    const ImportedChat a = chat_of("a");
    must(into->store(std::span(&a, 1)));
    const std::vector<ImportedChat> again = {chat_of("b"), chat_of("a")};
    CHECK(into->store(again).error().code == ErrorCode::conflict);
    CHECK_FALSE(must(into->exists(again[0].facts)));
    ImportedChat unversioned = chat_of("c");
    unversioned.state.version = 0;
    CHECK(into->store(std::span(&unversioned, 1)).error().code == ErrorCode::invalid_argument);
    must(into->store(std::span(&again[0], 1)));
  }

  TEST_CASE("sqlite importer: it has the file for itself, a dry run does not need it") {
    contract::ScratchFolder folder;
    const auto path = folder.fresh();
    const ImportedChat chat = chat_of("a");
    {
      const auto store = contract::opened(path);
      Options options;
      options.busy_timeout = Duration(50);
      const auto refused = SqliteImporter::open(path, ImportMode::store, options);
      REQUIRE_FALSE(refused);
      CHECK(refused.error().code == ErrorCode::unavailable);
      const auto dry = importer(path, ImportMode::dry_run);
      must(dry->store(std::span(&chat, 1)));
      CHECK(must(dry->create_tenant_if_absent({TenantId("clinic"), "Clinic"})));
      CHECK_FALSE(must(dry->exists(chat.facts)));
      CHECK(must(dry->tenants()).empty());
    }
    const auto into = importer(path);
    Options options;
    options.busy_timeout = Duration(50);
    CHECK_FALSE(SqliteStore::open(path, options));
    CHECK(must(into->create_tenant_if_absent({TenantId("clinic"), "Clinic"})));
    CHECK_FALSE(must(into->create_tenant_if_absent({TenantId("clinic"), "Other"})));
    CHECK(must(into->tenants()).at(0).name == "Clinic");
  }

  TEST_CASE("sqlite importer: a dry run without a file makes none") {
    contract::ScratchFolder folder;
    const auto path = folder.fresh();
    const auto dry = importer(path, ImportMode::dry_run);
    CHECK_FALSE(must(dry->exists(chat_of("a").facts)));
    CHECK_FALSE(std::filesystem::exists(path));
  }
}
