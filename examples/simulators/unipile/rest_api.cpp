// Routing, the API key and the error bodies of the REST API.

#include "option_fields.hpp"
#include "render.hpp"
#include "rest_routes.hpp"

#include <chrono>
#include <thread>

#include <nlohmann/json.hpp>

namespace sessioncore::simulators {

using nlohmann::json;

namespace rest {

void bad_parameters(const std::string& detail) {
  throw Refused{400, "invalid_parameters", "Invalid parameters", detail};
}

void not_found(const std::string& what) {
  throw Refused{404, "resource_not_found", "Resource not found", "No such " + what};
}

ApiReply reply(int status, const json& body) {
  ApiReply answer;
  answer.status = status;
  answer.body = dump_cut_json(body);
  return answer;
}

json json_body(const ApiRequest& request) {
  if (request.content_type.rfind("application/json", 0) != 0) bad_parameters("the body must be application/json");
  auto body = json::parse(request.body, nullptr, false);
  if (!body.is_object()) bad_parameters("the body must be a JSON object");
  return body;
}

namespace {

bool is(const ApiRequest& request, const char* method, std::initializer_list<const char*> pattern) {
  if (request.method != method || request.path.size() != pattern.size()) return false;
  std::size_t index = 0;
  for (const char* segment : pattern) {
    if (*segment != '*' && request.path[index] != segment) return false;
    ++index;
  }
  return true;
}

ApiReply messaging_route(Bridge& bridge, const ApiRequest& request) {
  const auto& path = request.path;
  if (is(request, "POST", {"chats"})) return start_chat(bridge, request);
  if (is(request, "GET", {"chats"})) return list_chats(bridge, request, "");
  if (is(request, "GET", {"chats", "*"})) return get_chat(bridge, path[1]);
  if (is(request, "PATCH", {"chats", "*"})) return patch_chat(bridge, request, path[1]);
  if (is(request, "POST", {"chats", "*", "messages"})) return send_message(bridge, request, path[1]);
  if (is(request, "GET", {"chats", "*", "messages"})) return list_messages(bridge, request, path[1]);
  if (is(request, "GET", {"chats", "*", "attendees"})) return list_chat_attendees(bridge, path[1]);
  if (is(request, "GET", {"chats", "*", "sync"})) return sync_chat(bridge, path[1]);
  if (is(request, "GET", {"messages"})) return list_messages(bridge, request, "");
  if (is(request, "GET", {"messages", "*"})) return get_message(bridge, path[1]);
  if (is(request, "GET", {"messages", "*", "attachments", "*"})) return get_attachment(bridge, path[1], path[3]);
  if (is(request, "GET", {"chat_attendees"})) return list_attendees(bridge, request);
  if (is(request, "GET", {"chat_attendees", "*"})) return get_attendee(bridge, path[1]);
  if (is(request, "GET", {"chat_attendees", "*", "messages"})) return list_attendee_messages(bridge, request, path[1]);
  if (is(request, "GET", {"chat_attendees", "*", "chats"})) return list_chats(bridge, request, path[1]);
  not_found("route");
}

ApiReply route(Bridge& bridge, const ApiRequest& request) {
  const auto& path = request.path;
  if (is(request, "POST", {"accounts"})) return create_account(bridge, request);
  if (is(request, "GET", {"accounts"})) return list_accounts(bridge, request);
  if (is(request, "POST", {"accounts", "*"})) return reconnect_account(bridge, request, path[1]);
  if (is(request, "GET", {"accounts", "*"})) return get_account(bridge, path[1]);
  if (is(request, "DELETE", {"accounts", "*"})) return delete_account(bridge, path[1]);
  if (is(request, "GET", {"accounts", "*", "sync"})) return resync_account(bridge, request, path[1]);
  if (is(request, "POST", {"webhooks"})) return create_webhook(bridge, request);
  if (is(request, "GET", {"webhooks"})) return list_webhooks(bridge, request);
  if (is(request, "DELETE", {"webhooks", "*"})) return delete_webhook(bridge, path[1]);
  return messaging_route(bridge, request);
}

void check_key(const Bridge& bridge, const ApiRequest& request) {
  if (!request.has_api_key) {
    throw Refused{401, "missing_credentials", "Missing credentials", "The header X-API-KEY is missing"};
  }
  const bool right =
      bridge.config.api_key.empty() ? !request.api_key.empty() : request.api_key == bridge.config.api_key;
  if (!right) throw Refused{401, "invalid_credentials", "Invalid credentials", "The API key is not known"};
}

ApiReply refusal(const Refused& refused) {
  auto answer = reply(refused.status, render::error(refused.status, refused.type, refused.title, refused.detail));
  answer.retry_after = refused.retry_after;
  return answer;
}

// Planned faults of the reading and managing routes; the send routes apply theirs themselves, around the send.
std::optional<ApiReply> planned(Bridge& bridge, const ApiRequest& request) {
  const bool sends = is(request, "POST", {"chats"}) || is(request, "POST", {"chats", "*", "messages"});
  if (sends || request.path.empty()) return std::nullopt;
  const auto& last = request.path.back();
  const auto route = last == "messages" ? last : last == "attendees" ? "chat_attendees" : request.path.front();
  const auto fault = bridge.take_fault(route, "");
  if (!fault) return std::nullopt;
  if (fault->delay_ms > 0) std::this_thread::sleep_for(std::chrono::milliseconds(fault->delay_ms));
  if (fault->kind == "delay") return std::nullopt;
  ApiReply answer;
  if (fault->kind == "status") {
    const auto status = static_cast<int>(fault->status);
    answer = reply(status, render::error(status, fault->type, "Planned by the test", fault->detail));
    answer.retry_after = fault->retry_after;
  } else {
    answer.drop_connection = true;
  }
  return answer;
}

}  // namespace

}  // namespace rest

ApiReply answer_rest(Bridge& bridge, const ApiRequest& request) {
  try {
    rest::check_key(bridge, request);
    if (auto answer = rest::planned(bridge, request)) return *answer;
    return rest::route(bridge, request);
  } catch (const rest::Refused& refused) {
    return rest::refusal(refused);
  } catch (const BadInput& bad) {
    return rest::refusal({400, "invalid_parameters", "Invalid parameters", bad.what()});
  } catch (const json::exception&) {
    return rest::refusal({400, "invalid_parameters", "Invalid parameters", "a field has the wrong type"});
  }
}

}  // namespace sessioncore::simulators
