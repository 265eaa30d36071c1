/// One chat of the old system as a chat of ours (S15.1; ADR 0127 says what becomes of what).
///
/// Thread rule: pure functions.
#pragma once

#include "import/documents.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

#include <sessioncore/core/policy.hpp>
#include <sessioncore/sqlite/importer.hpp>

namespace sessioncore::server::importing {

struct OldConversation {
  OnLine<OldChat> chat;
  std::vector<OnLine<OldSession>> sessions;
  std::vector<OnLine<OldMessage>> messages;  ///< by time, then by id
};

struct Surroundings {
  TenantId tenant;  ///< ours
  const Policy& policy;
  const std::map<std::string, UserId>& users;  ///< by the old system's ids
  Instant exported_at;                         ///< the latest moment the export tells of
  Instant now;
};

/// What is to be said about a line of one of the files.
struct Remark {
  std::uint64_t line = 0;
  std::string text;
};

struct Converted {
  sqlite::ImportedChat chat;
  std::vector<Remark> chat_notes;
  std::vector<Remark> session_notes;
  std::vector<Remark> message_notes;
  std::vector<Remark> left_sessions;  ///< not imported
  std::vector<Remark> left_messages;
  std::set<std::string> unknown_users;  ///< their old ids were kept
  bool ended_by_silence = false;
};

[[nodiscard]] ChatFacts facts_of(const OldChat& chat, const TenantId& tenant);
[[nodiscard]] Converted convert(const OldConversation& old, const Surroundings& around);

}  // namespace sessioncore::server::importing
