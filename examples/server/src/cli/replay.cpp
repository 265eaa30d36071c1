#include "cli/replay.hpp"

#include "cli/report.hpp"
#include "config/config.hpp"
#include "iso_time.hpp"

#include <cstdio>

#include <nlohmann/json.hpp>

#include <sessioncore/json.hpp>
#include <sessioncore/sqlite/log.hpp>

namespace sessioncore::server {

namespace {

using nlohmann::json;

constexpr std::size_t kAtOnce = 200;

/// Members that hold what people wrote, or who they are.
void hide_texts(json& value) {
  if (value.is_array()) {
    for (json& element : value) hide_texts(element);
  }
  if (!value.is_object()) return;
  for (auto& [name, member] : value.items()) {
    const bool hidden = name == "text" || name == "sender_name" || name == "attachments" || name == "detail" ||
                        name == "parameters" || name == "delivery_error";
    if (hidden && member.is_string()) {
      member = "(" + std::to_string(member.get_ref<const std::string&>().size()) + " bytes)";
    } else {
      hide_texts(member);
    }
  }
}

json view_of(const Decision& decision) {
  return {{"at", iso_time(decision.at)},
          {"event", json::parse(sessioncore::json::write(decision.event))},
          {"outcome", json::parse(sessioncore::json::write(decision.outcome))},
          {"phase_before", std::string(to_string(decision.before))},
          {"phase_after", std::string(to_string(decision.after))},
          {"effects", json::parse(sessioncore::json::write(decision.effects))}};
}

json view_of(const ReplaySide& side) {
  json view = json::object();
  if (side.decision) view = view_of(*side.decision);
  if (side.state) view = json::parse(sessioncore::json::write(*side.state));
  if (side.session) view = json::parse(sessioncore::json::write(Record(*side.session)));
  if (side.message) {
    view = json::parse(sessioncore::json::write(Record(MessageRecorded(*side.message))));
    view["deleted"] = side.message->deleted;
  }
  return view;
}

/// Both sides with only the members in which they differ, or one as it is if there is no other.
void keep_what_differs(json& stored, json& computed) {
  if (stored.empty() || computed.empty()) return;
  json left = json::object();
  json right = json::object();
  for (const auto& side : {stored, computed}) {
    for (const auto& [name, unused] : side.items()) {
      const json a = stored.value(name, json());
      const json b = computed.value(name, json());
      if (a == b) continue;
      left[name] = a;
      right[name] = b;
    }
  }
  stored = std::move(left);
  computed = std::move(right);
}

void print_side(const char* title, const json& side) {
  if (side.empty()) return;
  std::printf("  %s: %s\n", title, side.dump(-1, ' ', false, json::error_handler_t::replace).c_str());
}

void print_difference(const ReplayDifference& difference, bool show_text) {
  json stored = view_of(difference.stored);
  json computed = view_of(difference.computed);
  keep_what_differs(stored, computed);
  if (!show_text) {
    hide_texts(stored);
    hide_texts(computed);
  }
  print_side("stored  ", stored);
  print_side("replayed", computed);
}

/// What differs first, or nothing.
bool print(const ChatFacts& chat, const sqlite::ReplayedChat& replayed, bool show_text, bool quiet) {
  const auto decisions = static_cast<unsigned long long>(replayed.decisions);
  const std::string from = replayed.first == 0 ? "" : " from number " + std::to_string(replayed.first) + " on";
  if (!replayed.difference) {
    if (!quiet) std::printf("chat %s: %llu decisions%s, equal\n", chat.id.value.c_str(), decisions, from.c_str());
    return true;
  }
  const ReplayDifference& difference = *replayed.difference;
  const std::string part(to_string(difference.part));
  std::printf("chat %s: %llu decisions%s, differs at decision %llu (%s): %s\n", chat.id.value.c_str(), decisions,
              from.c_str(), static_cast<unsigned long long>(difference.decision), part.c_str(),
              difference.detail.c_str());
  print_difference(difference, show_text);
  return false;
}

/// The replay of one chat, said; nothing if it was deleted meanwhile. What cannot be read is a difference of this chat:
/// it is no reason to leave the others unproved.
struct Proved {
  std::uint64_t decisions = 0;
  bool equal = false;
};

std::optional<Proved> prove(sqlite::SqliteLog& log, const ChatFacts& chat, bool show_text, bool quiet) {
  auto replayed = log.replay(chat.id);
  if (!replayed && replayed.error().code == ErrorCode::corrupt) {
    std::printf("chat %s: cannot be read: %s\n", chat.id.value.c_str(), replayed.error().detail.c_str());
    return Proved{};
  }
  const auto read = must(std::move(replayed), "chat " + chat.id.value + " cannot be read");
  if (!read) return std::nullopt;
  return Proved{read->decisions, print(chat, *read, show_text, quiet)};
}

/// Rows that are left of chats whose own row is gone. Whose they were is not known: only all tenants together can be
/// looked at.
std::uint64_t print_orphans(sqlite::SqliteLog& log, const ReplayOptions& options) {
  if (!options.tenant.empty()) return 0;
  const auto orphans = must(log.orphans(), "the database cannot be read");
  for (const sqlite::Orphans& rows : orphans) {
    std::printf("chat number %llu has no row in chats, but %llu messages, %llu sessions and %llu decisions\n",
                static_cast<unsigned long long>(rows.chat), static_cast<unsigned long long>(rows.messages),
                static_cast<unsigned long long>(rows.sessions), static_cast<unsigned long long>(rows.decisions));
  }
  return orphans.size();
}

int replay_all(sqlite::SqliteLog& log, const ReplayOptions& options) {
  const std::uint64_t total = must(log.count_chats(options.tenant), "the database cannot be read");
  Progress progress("chats", false);
  std::uint64_t done = 0;
  std::uint64_t decisions = 0;
  std::uint64_t differing = 0;
  for (ChatId after;;) {
    const auto chats = must(log.chats(options.tenant, after, kAtOnce), "the database cannot be read");
    if (chats.empty()) break;
    after = chats.back().id;
    for (const ChatFacts& chat : chats) {
      const auto proved = prove(log, chat, options.show_text, true);
      if (!proved) continue;
      decisions += proved->decisions;
      if (!proved->equal) ++differing;
      progress.at(++done, total);
    }
  }
  differing += print_orphans(log, options);
  std::printf("%llu chats, %llu decisions: ", static_cast<unsigned long long>(done),
              static_cast<unsigned long long>(decisions));
  if (differing == 0) {
    std::printf("all equal\n");
  } else {
    std::printf("%llu chats differ\n", static_cast<unsigned long long>(differing));
  }
  return differing == 0 ? kDone : kDiffers;
}

}  // namespace

int replay(const std::string& database, const ReplayOptions& options) {
  if (options.all == !options.chat.empty()) throw ConfigError("replay: name a chat, or give --all");
  const auto log = must(sqlite::SqliteLog::open(database), "the database cannot be read");
  if (options.all) require_tenant(*log, options.tenant);
  if (options.all) return replay_all(*log, options);
  const auto chat = only_chat(*log, options.tenant, options.chat);
  if (chat.empty()) return kFailed;
  const auto proved = prove(*log, chat.front(), options.show_text, false);
  if (!proved) throw std::runtime_error("the chat was deleted a moment ago");
  return proved->equal ? kDone : kDiffers;
}

}  // namespace sessioncore::server
