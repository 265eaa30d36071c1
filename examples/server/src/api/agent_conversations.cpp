#include "api/agent_conversations.hpp"

#include "api/views.hpp"
#include "http/body.hpp"
#include "http/reply.hpp"

#include <nlohmann/json.hpp>

namespace sessioncore::server {

using nlohmann::json;

namespace {

constexpr std::uint32_t kConversationsMax = 100;

json list_of_chat(const httplib::Request& request, const Person& person, Readers& readers) {
  const Page page = page_of(request, 20, kConversationsMax);
  const ChatId chat(request.matches[1].str());
  const auto found = readable(readers.borrow()->agent_conversations(person.tenant, chat, {page.page, page.limit}));
  if (!found) throw not_found("there is no such chat");
  json data = json::array();
  for (const auto& row : found->rows) data.push_back(view_of_agent_conversation(row));
  return list_of(std::move(data), page, found->total);
}

json show(const httplib::Request& request, const Person& person, Readers& readers) {
  const std::string id = request.matches[1].str();
  const auto found = readable(readers.borrow()->agent_conversation(person.tenant, id));
  if (!found) throw not_found("there is no such conversation");
  json view = view_of_agent_conversation(*found);
  view["transcript"] = found->transcript ? json::parse(*found->transcript) : json(nullptr);
  return view;
}

}  // namespace

void add_agent_conversation_reads(HttpServer& server, const Access& access, Readers& readers) {
  using Read = json (*)(const httplib::Request&, const Person&, Readers&);
  const auto add = [&](const char* path, Read read) {
    server.Get(path, [&access, &readers, read](const httplib::Request& in, httplib::Response& out) {
      const Person person = access.reader(in);
      reply_json(out, read(in, person, readers));
    });
  };
  add("/api/whatsapp/chats/{chatId}/agent-conversations", list_of_chat);
  add("/api/whatsapp/agent-conversations/{conversationId}", show);
}

}  // namespace sessioncore::server
