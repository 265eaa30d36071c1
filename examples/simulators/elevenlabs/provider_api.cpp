// The REST side of the service: signed URLs, the agent, finished conversations.

#include "agent_stage.hpp"
#include "option_fields.hpp"

#include <nlohmann/json.hpp>

namespace sessioncore::simulators {

using nlohmann::json;

namespace {

HttpReply reply(int status, const json& body) {
  return {status, dump_json(body), 0};
}

HttpReply error(int status, const std::string& kind, const std::string& message) {
  return reply(status, {{"detail", {{"status", kind}, {"message", message}}}});
}

HttpReply missing_parameter(const std::string& name) {
  return reply(422, {{"detail", json::array({{{"loc", json::array({"query", name})},
                                              {"msg", "field required"},
                                              {"type", "value_error.missing"}}})}});
}

HttpReply planned_error(int status) {
  switch (status) {
    case 401: return error(401, "invalid_api_key", "Invalid API key");
    case 404: return error(404, "agent_not_found", "The agent was not found");
    case 422: return missing_parameter("agent_id");
    case 429: return error(429, "too_many_concurrent_requests", "Too many requests");
    default: return error(status, "internal_server_error", "Something went wrong");
  }
}

HttpReply signed_url(AgentStage& stage, const HttpRequest& request) {
  ++stage.signed_url_requests;
  const auto delay = stage.options.door().signed_url_delay_ms;
  const auto status = stage.options.take_signed_url_status();
  HttpReply result;
  const auto agent = request.query.find("agent_id");
  if (status != 200) {
    result = planned_error(status);
  } else if (agent == request.query.end() || agent->second.empty()) {
    result = missing_parameter("agent_id");
  } else if (!stage.knows_agent(agent->second)) {
    result = error(404, "agent_not_found", "No agent with id " + agent->second);
  } else {
    const auto found = request.query.find("include_conversation_id");
    const bool single_use = found != request.query.end() && found->second == "true";
    result = reply(200, {{"signed_url", stage.make_signed_url(agent->second, request.host, single_use)}});
  }
  result.delay_ms = delay;
  return result;
}

HttpReply agent_settings(AgentStage& stage, const std::string& agent_id) {
  if (!stage.knows_agent(agent_id)) return error(404, "agent_not_found", "No agent with id " + agent_id);
  const auto options = stage.options.show();
  const auto door = stage.options.door();
  const auto greeting = options["greeting"].get<bool>() ? options["greeting_text"] : json(door.agent_first_message);
  json overrides = {{"agent",
                     {{"first_message", options["allow_first_message_override"]},
                      {"prompt", {{"prompt", options["allow_prompt_override"]}}}}},
                    {"conversation", {{"text_only", options["allow_text_only_override"]}}}};
  return reply(200, {{"agent_id", agent_id},
                     {"name", agent_id},
                     {"conversation_config",
                      {{"agent", {{"first_message", greeting}, {"language", "en"}}},
                       {"conversation",
                        {{"text_only", door.agent_text_only},
                         {"max_duration_seconds", options["max_duration_ms"].get<std::int64_t>() / 1000}}}}},
                     {"platform_settings", {{"overrides", {{"conversation_config_override", overrides}}}}}});
}

HttpReply conversation_list(AgentStage& stage, const HttpRequest& request) {
  json list = json::array();
  const auto agent = request.query.find("agent_id");
  for (const auto& conversation : stage.conversations) {
    if (agent != request.query.end() && conversation->identity().agent_id != agent->second) continue;
    const auto view = conversation->rest_view();
    list.push_back({{"agent_id", view["agent_id"]},
                    {"conversation_id", view["conversation_id"]},
                    {"start_time_unix_secs", view["metadata"]["start_time_unix_secs"]},
                    {"call_duration_secs", view["metadata"]["call_duration_secs"]},
                    {"message_count", view["transcript"].size()},
                    {"status", view["status"]},
                    {"call_successful", "unknown"}});
  }
  return reply(200, {{"conversations", std::move(list)}, {"next_cursor", nullptr}, {"has_more", false}});
}

}  // namespace

HttpReply answer_provider_api(AgentStage& stage, const HttpRequest& request) {
  if (!request.has_api_key) return error(401, "missing_api_key", "The header xi-api-key is missing");
  const bool key_is_right =
      stage.config.api_key.empty() ? !request.api_key.empty() : request.api_key == stage.config.api_key;
  if (!key_is_right) return error(401, "invalid_api_key", "Invalid API key");
  if (request.method != "GET") return error(405, "method_not_allowed", "Method Not Allowed");
  static const std::string kAgents = "/v1/convai/agents/";
  static const std::string kConversations = "/v1/convai/conversations";
  if (request.path == "/v1/convai/conversation/get-signed-url" ||
      request.path == "/v1/convai/conversation/get_signed_url") {
    return signed_url(stage, request);
  }
  if (request.path.rfind(kAgents, 0) == 0) return agent_settings(stage, request.path.substr(kAgents.size()));
  if (request.path == kConversations) return conversation_list(stage, request);
  if (request.path.rfind(kConversations + "/", 0) == 0) {
    const auto conversation = stage.find(request.path.substr(kConversations.size() + 1));
    if (!conversation) return error(404, "conversation_not_found", "No such conversation");
    return reply(200, conversation->rest_view());
  }
  return reply(404, {{"detail", "Not Found"}});
}

}  // namespace sessioncore::simulators
