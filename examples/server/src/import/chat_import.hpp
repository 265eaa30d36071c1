/// The chats of an export with their sessions and messages: staged line by line, then converted and stored chat by
/// chat.
///
/// Thread rule: one thread.
#pragma once

#include "import/convert.hpp"
#include "import/parts.hpp"
#include "import/staging.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace sessioncore::server::importing {

class ChatImport {
 public:
  /// `users`: by the old system's ids; outlive the object. After the tenants.
  ChatImport(const ImportParts& parts, Progress& progress, const std::map<std::string, UserId>& users, Instant now)
      : parts_(parts), files_(parts.options.files), progress_(progress), users_(users), now_(now) {}
  void run();

 private:
  void stage();
  void see(std::optional<Instant> at);
  void take(const StagedLine& line);
  void skip(const OldChat& chat, std::uint64_t line, const std::string& reason, const std::string& detail = "");
  void count_as_there(OldChat chat);
  [[nodiscard]] OldConversation gather(OldChat chat, std::uint64_t line);
  void report(const Converted& converted, std::uint64_t line);
  void keep(sqlite::ImportedChat chat);
  void flush();
  void report_orphans(Kind kind, Subject subject, const std::string& path);

  const ImportParts parts_;
  const ExportFiles& files_;
  Progress& progress_;
  const std::map<std::string, UserId>& users_;
  const Instant now_;
  std::set<std::string> unknown_users_;  ///< those that were told of
  Staging staging_;
  Instant exported_at_;
  std::uint64_t chats_seen_ = 0;
  std::vector<sqlite::ImportedChat> batch_;
  std::size_t batch_messages_ = 0;
};

}  // namespace sessioncore::server::importing
