#include "live/event_text.hpp"

#include "http/reply.hpp"
#include "iso_time.hpp"
#include "live/notification_view.hpp"

#include <nlohmann/json.hpp>

namespace sessioncore::server {

using nlohmann::json;

namespace {

constexpr std::size_t kRecentBytesMax = std::size_t{2} * 1024 * 1024;
constexpr std::size_t kRecentMax = 1024;

json names_of(const std::vector<std::string_view>& names) {
  json list = json::array();
  for (const auto name : names) list.push_back(std::string(name));
  return list;
}

/// What `GET /chats/:id/decisions` shows in full.
json brief_decision(const LiveNote& note) {
  const bool has_reason = note.reason != Reason::none;
  return {{"chat_id", note.chat.value},
          {"at", iso_time(note.at)},
          {"event", std::string(note.event)},
          {"verdict", std::string(to_string(note.verdict))},
          {"reason", has_reason ? json(std::string(to_string(note.reason))) : json(nullptr)},
          {"rules", names_of(note.rules)},
          {"phase_before", std::string(to_string(note.before))},
          {"phase_after", std::string(to_string(note.after))},
          {"effect_names", names_of(note.effects)}};
}

std::optional<json> data_of(const LiveEvent& event, const ChatLookup& chats) {
  const LiveNote& note = *event.note;
  switch (event.kind) {
    case LiveKind::message: {
      const auto message = readable(chats.readers().borrow()->message(note.tenant, note.chat, event.number));
      return message ? std::optional(view_of_message(note.chat, *message)) : std::nullopt;
    }
    case LiveKind::session: {
      const auto session = readable(chats.readers().borrow()->session(note.tenant, note.chat, event.number));
      return session ? std::optional(view_of_session(note.tenant, note.chat, *session)) : std::nullopt;
    }
    case LiveKind::chat: {
      const auto chat = readable(chats.readers().borrow()->chat(note.tenant, note.chat));
      return chat ? std::optional(chats.view(*chat)) : std::nullopt;
    }
    case LiveKind::decision: return brief_decision(note);
    case LiveKind::notification: return view_of_notification(note, note.notices.at(event.number));
  }
  return std::nullopt;
}

}  // namespace

std::string EventText::written(const LiveEvent& event, const std::string& id) const {
  const auto data = data_of(event, chats_);
  if (!data) return {};
  return "id: " + id + "\nevent: " + std::string(to_string(event.kind)) + "\ndata: " + dump(*data) + "\n\n";
}

const std::string& EventText::text(const LiveEvent& event, const std::string& id) {
  if (const auto known = recent_.find(id); known != recent_.end()) return known->second;
  std::string text = written(event, id);
  if (recent_.size() >= kRecentMax || recent_bytes_ >= kRecentBytesMax) {
    recent_.clear();
    recent_bytes_ = 0;
  }
  recent_bytes_ += text.size();
  return recent_.emplace(id, std::move(text)).first->second;
}

}  // namespace sessioncore::server
