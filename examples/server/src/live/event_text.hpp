/// Events in the form of server-sent events.
///
/// Chats, messages and sessions are shown as they are now, in the shapes of the API: the latest event about one always
/// shows its latest state. Thread rule: one thread; reads the database.
#pragma once

#include "api/chat_lookup.hpp"
#include "live/event_feed.hpp"

#include <optional>
#include <string>
#include <unordered_map>

namespace sessioncore::server {

class EventText {
 public:
  explicit EventText(const ChatLookup& chats) : chats_(chats) {}

  /// The lines of the event, to be sent with `id`; empty if what it is about is gone. Throws `HttpError` 503 if the
  /// database cannot be read. Several streams that show the same event share the work.
  [[nodiscard]] const std::string& text(const LiveEvent& event, const std::string& id);

 private:
  [[nodiscard]] std::string written(const LiveEvent& event, const std::string& id) const;

  const ChatLookup& chats_;
  std::unordered_map<std::string, std::string> recent_;  ///< by id
  std::size_t recent_bytes_ = 0;
};

}  // namespace sessioncore::server
