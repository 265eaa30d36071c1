#include "api/chat_reads.hpp"

#include "api/decision_view.hpp"
#include "api/why.hpp"
#include "http/body.hpp"
#include "http/reply.hpp"

#include <nlohmann/json.hpp>

namespace sessioncore::server {

using nlohmann::json;

namespace {

constexpr std::uint32_t kChatsMax = 100;
constexpr std::uint32_t kMessagesMax = 200;
constexpr std::uint64_t kSummaryLooksAt = 50;

sqlite::ChatFilter filter_of(const httplib::Request& request) {
  using sqlite::ChatMode;
  sqlite::ChatFilter filter;
  filter.search = request.get_param_value("search");
  const std::string mode = request.get_param_value("mode");
  if (mode.empty()) return filter;
  if (mode == "ai") {
    filter.mode = ChatMode::ai;
  } else if (mode == "human") {
    filter.mode = ChatMode::human;
  } else if (mode == "closed") {
    filter.mode = ChatMode::closed;
  } else if (mode == "queued") {
    filter.mode = ChatMode::queued;
  } else {
    throw bad_request("mode: expected ai, human, closed or queued");
  }
  return filter;
}

json list_chats(const httplib::Request& request, const Person& person, const ChatLookup& chats) {
  const Page page = page_of(request, 20, kChatsMax);
  const auto filter = filter_of(request);
  const auto found = readable(chats.readers().borrow()->list_chats(person.tenant, filter, {page.page, page.limit}));
  json data = json::array();
  for (const auto& row : found.rows) data.push_back(chats.view(row));
  return list_of(std::move(data), page, found.total);
}

ChatId chat_of(const httplib::Request& request) {
  return ChatId(request.matches[1].str());
}

/// One page of what belongs to a chat; `read` gets the page from a reader, `view` shows a row.
template <class Read, class View>
json list_of_chat(const httplib::Request& request, std::uint32_t usual_limit, const ChatLookup& chats, Read&& read,
                  View&& view) {
  const Page page = page_of(request, usual_limit, kMessagesMax);
  const auto found = readable(read(chats.readers().borrow(), sqlite::PageRequest{page.page, page.limit}));
  if (!found) throw not_found("there is no such chat");
  json data = json::array();
  for (const auto& row : found->rows) data.push_back(view(row));
  return list_of(std::move(data), page, found->total);
}

json list_messages(const httplib::Request& request, const Person& person, const ChatLookup& chats) {
  const ChatId chat = chat_of(request);
  return list_of_chat(
      request, 50, chats, [&](auto&& reader, auto page) { return reader->messages(person.tenant, chat, page); },
      [&](const StoredMessage& row) { return view_of_message(chat, row); });
}

json list_sessions(const httplib::Request& request, const Person& person, const ChatLookup& chats) {
  const ChatId chat = chat_of(request);
  return list_of_chat(
      request, 20, chats, [&](auto&& reader, auto page) { return reader->sessions(person.tenant, chat, page); },
      [&](const sqlite::SessionRow& row) { return view_of_session(person.tenant, chat, row); });
}

/// Why the AI does or does not speak now, from the latest decisions.
std::string summary_of(const Person& person, const ChatId& chat, const ChatLookup& chats) {
  const auto reader = chats.readers().borrow();
  const auto row = readable(reader->chat(person.tenant, chat));
  const auto latest = readable(reader->decisions(person.tenant, chat, {1, kSummaryLooksAt}));
  if (!row || !latest) throw not_found("there is no such chat");
  std::vector<const Decision*> log;
  for (const auto& decision : latest->rows) log.push_back(&decision);
  return why(row->state, log);
}

json list_decisions(const httplib::Request& request, const Person& person, const ChatLookup& chats) {
  const ChatId chat = chat_of(request);
  json list = list_of_chat(
      request, 50, chats, [&](auto&& reader, auto page) { return reader->decisions(person.tenant, chat, page); },
      [&](const sqlite::DecisionRow& row) { return view_of_decision(chat, row.number, row); });
  list["summary"] = summary_of(person, chat, chats);
  return list;
}

json show_chat(const httplib::Request& request, const Person& person, const ChatLookup& chats) {
  return chats.chat(person, chat_of(request));
}

json show_stats(const httplib::Request&, const Person& person, const ChatLookup& chats) {
  const auto stats = readable(chats.readers().borrow()->stats(person.tenant));
  return {{"totalChats", stats.total_chats},      {"aiChats", stats.ai_chats},
          {"humanChats", stats.human_chats},      {"closedChats", stats.closed_chats},
          {"waitingChats", stats.waiting_chats},  {"queuedChats", stats.queued_chats},
          {"totalMessages", stats.total_messages}};
}

json show_agents(const Person& person, const Tenants& tenants) {
  json agents = json::array();
  const auto tenant = tenants.find(person.tenant);
  if (tenant == nullptr) return agents;  // gone since the request was let in
  for (const AgentConfig& agent : tenant->agents) {
    agents.push_back({{"_id", agent.id.value}, {"name", agent.name}, {"is_active", agent.active}});
  }
  return agents;
}

}  // namespace

void add_chat_reads(HttpServer& server, const Access& access, const ChatLookup& chats, const Tenants& tenants) {
  using Read = json (*)(const httplib::Request&, const Person&, const ChatLookup&);
  const auto add = [&](const std::string& path, Read read) {
    server.Get("/api/whatsapp" + path, [&access, &chats, read](const httplib::Request& in, httplib::Response& out) {
      const Person person = access.reader(in);
      reply_json(out, read(in, person, chats));
    });
  };
  add("/chats", list_chats);
  add("/chats/{chatId}", show_chat);
  add("/chats/{chatId}/messages", list_messages);
  add("/chats/{chatId}/sessions", list_sessions);
  add("/chats/{chatId}/decisions", list_decisions);
  add("/stats", show_stats);
  server.Get("/api/whatsapp/agents", [&](const httplib::Request& in, httplib::Response& out) {
    reply_json(out, show_agents(access.reader(in), tenants));
  });
}

}  // namespace sessioncore::server
