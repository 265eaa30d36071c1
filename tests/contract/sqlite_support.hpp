/// Files, stores and chats for the tests of the SQLite adapter.
#pragma once

#include "scratch_folder.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <sessioncore/sqlite/store.hpp>

namespace contract {

/// The value of a Result; the test ends if there is none.
template <class T>
T must(sessioncore::Result<T> result) {
  if (!result) FAIL(sessioncore::to_string(result.error().code), ": ", result.error().detail);
  return std::move(*result);
}
inline void must(const sessioncore::Result<void>& result) {
  if (!result) FAIL(sessioncore::to_string(result.error().code), ": ", result.error().detail);
}

inline std::unique_ptr<sessioncore::sqlite::SqliteStore> opened(const std::filesystem::path& path,
                                                                const sessioncore::sqlite::Options& options = {}) {
  return must(sessioncore::sqlite::SqliteStore::open(path, options));
}

/// The next commit of a chat of the tenant "clinic".
inline sessioncore::Commit commit_of(const std::string& chat, std::uint64_t expected,
                                     std::vector<sessioncore::Record> records = {}) {
  static const auto policy = std::make_shared<const sessioncore::Policy>();
  sessioncore::Commit commit;
  commit.facts.id = sessioncore::ChatId(chat);
  commit.facts.key = {sessioncore::TenantId("clinic"), "channel", "external-" + chat};
  commit.facts.account = sessioncore::AccountId("account");
  commit.facts.contact_name = "Contact " + chat;
  commit.facts_changed = expected == 0;
  commit.expected_version = expected;
  commit.state.version = expected + 1;
  commit.records = std::move(records);
  commit.decision.at = {1000 + static_cast<std::int64_t>(expected)};
  commit.decision.policy = policy;
  commit.decision.event = sessioncore::Tick{};
  return commit;
}

inline sessioncore::MessageRecorded message(sessioncore::MessageNumber number, const std::string& text) {
  sessioncore::MessageRecorded record;
  record.number = number;
  record.session = 1;
  record.text = text;
  record.received_at = {5000 + static_cast<std::int64_t>(number)};
  return record;
}

inline sessioncore::Result<void> store(sessioncore::Store& store, const sessioncore::Commit& commit) {
  return store.commit({&commit, 1});
}

}  // namespace contract
