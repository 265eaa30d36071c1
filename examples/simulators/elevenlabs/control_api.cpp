// The control API: what tests and the demonstration use to direct the agent. README.md lists the calls.

#include "agent_stage.hpp"
#include "option_fields.hpp"
#include "post_call.hpp"

#include <nlohmann/json.hpp>

namespace sessioncore::simulators {

using nlohmann::json;

namespace {

struct NotFound : std::runtime_error {
  using std::runtime_error::runtime_error;
};

using Conversations = std::vector<std::shared_ptr<Conversation>>;

std::string text_field(const json& body, const char* name, const std::string& fallback = "") {
  const auto found = body.find(name);
  if (found == body.end()) return fallback;
  if (!found->is_string()) throw BadInput(std::string(name) + " must be a text");
  return found->get<std::string>();
}

std::int64_t number_field(const json& body, const char* name, std::int64_t fallback) {
  const auto found = body.find(name);
  if (found == body.end()) return fallback;
  if (!found->is_number_integer()) throw BadInput(std::string(name) + " must be a whole number");
  return found->get<std::int64_t>();
}

bool flag_field(const json& body, const char* name, bool fallback) {
  const auto found = body.find(name);
  if (found == body.end()) return fallback;
  if (!found->is_boolean()) throw BadInput(std::string(name) + " must be true or false");
  return found->get<bool>();
}

// conversation_id names one; agent_id or nothing names every open one of that agent or of all.
Conversations chosen(const AgentStage& stage, const json& body) {
  const auto id = text_field(body, "conversation_id");
  if (!id.empty()) {
    const auto one = stage.find(id);
    if (!one || !one->is_open()) throw NotFound("no open conversation " + id);
    return {one};
  }
  const auto agent = text_field(body, "agent_id");
  Conversations list;
  for (const auto& item : stage.open_conversations()) {
    if (agent.empty() || item->identity().agent_id == agent) list.push_back(item);
  }
  return list;
}

const Conversations& not_empty(const Conversations& list) {
  if (list.empty()) throw NotFound("no open conversation");
  return list;
}

json put_options(AgentStage& stage, const json& body) {
  stage.options.put(body);
  return stage.options.show();
}

json say(AgentStage& stage, const json& body) {
  const auto list = chosen(stage, body);
  json said = json::array();
  for (const auto& item : not_empty(list)) {
    const auto event_id = item->say(text_field(body, "text"), number_field(body, "event_id", 0));
    said.push_back({{"conversation_id", item->identity().id}, {"event_id", event_id}});
  }
  return {{"said", said}};
}

json send_event(AgentStage& stage, const json& body) {
  if (!body.contains("frame")) throw BadInput("frame is missing");
  const auto list = chosen(stage, body);
  for (const auto& item : not_empty(list)) item->send_raw(body["frame"]);
  return {{"sent", list.size()}};
}

json call_tool(AgentStage& stage, const json& body) {
  const auto parameters = body.contains("parameters") ? body["parameters"] : json::object();
  const auto list = chosen(stage, body);
  json calls = json::array();
  for (const auto& item : not_empty(list)) {
    const auto id = item->call_tool(text_field(body, "name", "transfer_to_human"), parameters.dump());
    calls.push_back({{"conversation_id", item->identity().id}, {"tool_call_id", id}});
  }
  return {{"calls", calls}};
}

json close(AgentStage& stage, const json& body) {
  const auto code = number_field(body, "code", 1000);
  const bool usable =
      (code >= 1000 && code <= 1011 && code != 1004 && code != 1005 && code != 1006) || (code >= 3000 && code <= 4999);
  if (!usable) throw BadInput("code must be a close code that may be sent");
  const auto list = chosen(stage, body);
  for (const auto& item : not_empty(list)) {
    // A plain 1000 without an error event is how the idle close looks.
    const bool error_event = flag_field(body, "error", code != 1000);
    item->end(static_cast<int>(code), text_field(body, "error_type", text_field(body, "reason")), error_event);
  }
  return {{"closed", list.size()}};
}

json reset_connections(AgentStage& stage, const json& body) {
  const auto list = chosen(stage, body);
  for (const auto& item : not_empty(list)) item->abort();
  return {{"reset", list.size()}};
}

json hold(AgentStage& stage, const json& body) {
  const bool on = flag_field(body, "on", true);
  stage.options.put({{"hold", on}});
  return {{"hold", on}};
}

json release_reply(AgentStage& stage, const json& body) {
  // Later turns answer at once again, unless the caller keeps the hold.
  if (!flag_field(body, "keep_holding", false)) stage.options.put({{"hold", false}});
  int released = 0;
  for (const auto& item : chosen(stage, body)) released += item->release_held(text_field(body, "text"));
  return {{"released", released}};
}

json queue_done(AgentStage& stage, const json& body) {
  const auto list = chosen(stage, body);
  for (const auto& item : not_empty(list)) item->queue_done();
  return {{"connected", list.size()}};
}

json post_call(AgentStage& stage, const json& body) {
  const auto id = text_field(body, "conversation_id");
  const auto one = stage.find(id);
  if (!one) throw NotFound("no conversation " + id);
  PostCallPlan plan;
  plan.url = text_field(body, "url");
  plan.secret = text_field(body, "secret");
  plan.type = text_field(body, "type", plan.type);
  plan.transcript = flag_field(body, "transcript", plan.transcript);
  plan.chunked = flag_field(body, "chunked", plan.type == "post_call_audio");
  plan.age_seconds = number_field(body, "age_seconds", 0);
  if (body.contains("data")) plan.data = body["data"].dump();
  return send_post_call(*one, plan);
}

json list_conversations(const AgentStage& stage, const HttpRequest& request) {
  const auto open_only = request.query.count("open") != 0 && request.query.at("open") == "true";
  const auto frames = request.query.count("frames") == 0 || request.query.at("frames") != "false";
  json list = json::array();
  for (const auto& item : stage.conversations) {
    if (!open_only || item->is_open()) list.push_back(item->describe(frames));
  }
  return {{"conversations", std::move(list)},
          {"signed_url_requests", stage.signed_url_requests},
          {"refused_connects", stage.refused_connects}};
}

json one_conversation(const AgentStage& stage, const std::string& id) {
  const auto item = stage.find(id);
  if (!item) throw NotFound("no conversation " + id);
  return item->describe(true);
}

json reset(AgentStage& stage, const json& body) {
  stage.reset(flag_field(body, "keep_options", false));
  return {{"reset", true}};
}

json dispatch(AgentStage& stage, const HttpRequest& request) {
  static const std::string kOne = "/sim/conversations/";
  if (request.method == "GET") {
    if (request.path == "/sim/options") return stage.options.show();
    if (request.path == "/sim/conversations") return list_conversations(stage, request);
    if (request.path.rfind(kOne, 0) == 0) return one_conversation(stage, request.path.substr(kOne.size()));
    throw NotFound("no such control call: GET " + request.path);
  }
  const auto body = request.body.empty() ? json::object() : parse_json(request.body);
  if (!body.is_object()) throw BadInput("expected a JSON object");
  using Handler = json (*)(AgentStage&, const json&);
  static const std::map<std::string, Handler> kHandlers = {
      {"PUT /sim/options", put_options},
      {"POST /sim/options", put_options},
      {"POST /sim/say", say},
      {"POST /sim/event", send_event},
      {"POST /sim/tool_call", call_tool},
      {"POST /sim/close", close},
      {"POST /sim/reset_connection", reset_connections},
      {"POST /sim/hold", hold},
      {"POST /sim/release_reply", release_reply},
      {"POST /sim/queue_done", queue_done},
      {"POST /sim/post_call", post_call},
      {"POST /sim/reset", reset},
  };
  const auto handler = kHandlers.find(request.method + " " + request.path);
  if (handler == kHandlers.end()) throw NotFound("no such control call: " + request.method + " " + request.path);
  return handler->second(stage, body);
}

}  // namespace

HttpReply answer_control_api(AgentStage& stage, const HttpRequest& request) {
  try {
    return {200, dump_json(dispatch(stage, request)), 0};
  } catch (const BadInput& bad) {
    return {400, dump_json({{"error", bad.what()}}), 0};
  } catch (const NotFound& missing) {
    return {404, dump_json({{"error", missing.what()}}), 0};
  } catch (const json::exception&) {
    return {400, dump_json({{"error", "a field has the wrong type"}}), 0};
  }
}

}  // namespace sessioncore::simulators
