#include "live/live_routes.hpp"

#include "http/body.hpp"
#include "http/reply.hpp"
#include "live/notification_view.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace sessioncore::server {

using nlohmann::json;

namespace {

constexpr std::uint32_t kNotificationsMax = 200;
constexpr std::size_t kIdMax = 100;

/// An address with a token in it stays in the logs of proxies and in the history of browsers.
void refuse_token_in_address(const httplib::Request& request) {
  for (const char* name : {"token", "access_token"}) {
    if (request.has_param(name)) {
      throw bad_request(std::string(name) + ": the token belongs in the Authorization header, never in the address");
    }
  }
}

LiveKind kind_of(const std::string& name) {
  const auto* found =
      std::find_if(kLiveKinds.begin(), kLiveKinds.end(), [&](LiveKind kind) { return to_string(kind) == name; });
  if (found != kLiveKinds.end()) return *found;
  throw bad_request("types: expected some of message, session, chat, decision, notification, separated by commas");
}

EventFilter filter_of(const httplib::Request& request) {
  EventFilter filter;
  if (request.has_param("types")) {
    std::string names = request.get_param_value("types") + ",";
    for (std::size_t at = 0; at < names.size();) {
      const auto comma = names.find(',', at);
      filter.kinds.insert(kind_of(names.substr(at, comma - at)));
      at = comma + 1;
    }
  }
  if (request.has_param("chat")) filter.chat = ChatId(request.get_param_value("chat"));
  return filter;
}

std::string last_id_of(const httplib::Request& request) {
  return request.get_header_value("Last-Event-ID").substr(0, kIdMax);
}

json list_notifications(const httplib::Request& request, const Person& person, Notifications& notifications) {
  const Page page = page_of(request, 50, kNotificationsMax);
  const auto found = notifications.list(person.tenant, {page.page, page.limit});
  json data = json::array();
  for (const auto& row : found.rows) data.push_back(view_of_delivery(row));
  return list_of(std::move(data), page, found.total);
}

}  // namespace

void add_live_routes(HttpServer& server, const Access& access, const ChatLookup& chats, EventStreams& streams,
                     Notifications& notifications) {
  server.Get("/api/whatsapp/events", [&](const httplib::Request& in, httplib::Response& out) {
    refuse_token_in_address(in);
    const Visitor visitor = access.visitor(in);
    const EventFilter filter = filter_of(in);
    if (filter.chat) chats.must_exist(visitor.person, *filter.chat);
    out.set_content("", "text/event-stream");
    if (in.method == "HEAD") return;
    streams.open(*Connection::current(), visitor, filter, last_id_of(in));
  });
  server.Get("/api/whatsapp/notifications", [&](const httplib::Request& in, httplib::Response& out) {
    reply_json(out, list_notifications(in, access.reader(in), notifications));
  });
}

}  // namespace sessioncore::server
