// The control API: options, faults, the account's state, deliveries. README.md lists the calls.

#include "control_body.hpp"
#include "option_fields.hpp"

#include <map>

#include <nlohmann/json.hpp>

namespace sessioncore::simulators {

using nlohmann::json;

namespace control {

namespace {

json put_options(Bridge& bridge, const json& body) {
  bridge.put_options(body);
  return bridge.show_options();
}

std::string usual_type(std::int64_t status) {
  static const std::map<std::int64_t, const char*> kTypes = {
      {400, "invalid_parameters"}, {401, "disconnected_account"}, {403, "insufficient_privileges"},
      {404, "resource_not_found"}, {422, "invalid_recipient"},    {429, "too_many_requests"},
      {503, "no_client_session"},  {504, "request_timeout"}};
  const auto found = kTypes.find(status);
  return found == kTypes.end() ? "unexpected_error" : found->second;
}

Fault read_fault(const json& body) {
  static const char* const kRoutes = " send start_chat messages chats chat_attendees accounts webhooks any ";
  static const char* const kKinds = " status drop_before drop_after delay ";
  const auto one_of = [](const std::string& value, const char* list) {
    return !value.empty() && std::string(list).find(" " + value + " ") != std::string::npos;
  };
  Fault fault;
  FieldReader reader(body);
  visit_fault(fault, reader);
  reader.refuse_unknown();
  if (!one_of(fault.route, kRoutes)) throw BadInput(std::string("route must be one of:") + kRoutes);
  if (!one_of(fault.kind, kKinds)) throw BadInput(std::string("kind must be one of:") + kKinds);
  if (fault.status < 400 || fault.status > 599) throw BadInput("status must be 400..599");
  if (fault.type.empty()) fault.type = usual_type(fault.status);
  return fault;
}

json show_faults(const Bridge& bridge) {
  json list = json::array();
  for (const auto& fault : bridge.faults) {
    FieldWriter writer;
    visit_fault(fault, writer);
    list.push_back(std::move(writer.object));
  }
  return {{"faults", std::move(list)}};
}

json add_faults(Bridge& bridge, const json& body) {
  if (body.contains("faults")) {
    if (!body["faults"].is_array()) throw BadInput("faults must be a list");
    std::vector<Fault> fresh;
    for (const auto& item : body["faults"]) fresh.push_back(read_fault(item));
    bridge.faults.insert(bridge.faults.end(), fresh.begin(), fresh.end());
  } else {
    bridge.faults.push_back(read_fault(body));
  }
  return show_faults(bridge);
}

json clear_faults(Bridge& bridge, const json&) {
  bridge.faults.clear();
  return show_faults(bridge);
}

Account& account_named(Bridge& bridge, const json& body) {
  const auto id = text_field(body, "account_id", bridge.config.account_id);
  auto* account = bridge.world.account(id);
  if (account == nullptr) throw NotFound("no account " + id);
  return *account;
}

json set_account_status(Bridge& bridge, const json& body) {
  allow_only(body, {"account_id", "status"});
  auto& account = account_named(bridge, body);
  bridge.set_account_status(account, required_text(body, "status"));
  return {{"account_id", account.id}, {"status", account.status}};
}

// The business scans the QR code: a new account is created, a known one reconnects.
json scan_qr(Bridge& bridge, const json& body) {
  allow_only(body, {"account_id"});
  auto& account = account_named(bridge, body);
  if (account.status == "CONNECTING") {
    bridge.set_account_status(account, "CREATION_SUCCESS");
    bridge.set_account_status(account, "OK");
  } else {
    bridge.set_account_status(account, "RECONNECTED");
  }
  return {{"account_id", account.id}, {"status", account.status}};
}

json redeliver(Bridge& bridge, const json& body) {
  allow_only(body, {"delivery_id", "message_id"});
  json ids = json::array();
  const auto wanted = number_field(body, "delivery_id", 0);
  const auto message_id = text_field(body, "message_id");
  if (wanted == 0 && message_id.empty()) throw BadInput("delivery_id or message_id is missing");
  for (const auto& item : bridge.sender.list()) {
    const bool chosen = item.id == wanted || (!message_id.empty() && item.message_id == message_id);
    if (chosen) ids.push_back(bridge.sender.repeat(item.id));
  }
  if (ids.empty()) throw NotFound("no such delivery");
  return {{"delivery_ids", ids}};
}

// Any body at all: unknown events, broken JSON (raw), fields of a later version.
json send_event(Bridge& bridge, const json& body) {
  allow_only(body, {"source", "body", "raw"});
  if (!body.contains("body") && !body.contains("raw")) throw BadInput("body or raw is missing");
  const auto text = body.contains("raw") ? required_text(body, "raw") : dump_json(body["body"]);
  bridge.emit_raw(text_field(body, "source", "messaging"), text);
  return {{"sent", true}};
}

json flush(Bridge& bridge, const json&) {
  bridge.flush_reordered();
  return {{"flushed", true}};
}

json add_webhook(Bridge& bridge, const json& body) {
  allow_only(body, {"url"});
  bridge.register_webhook_url(required_text(body, "url"));
  return {{"registered", true}};
}

json reset(Bridge& bridge, const json& body) {
  allow_only(body, {"keep_options"});
  bridge.reset(flag_field(body, "keep_options", false));
  return {{"reset", true}};
}

json look(Bridge& bridge, const ApiRequest& request) {
  const auto& path = request.path;
  if (path.size() == 2 && path[0] == "chats") return show_chat(bridge, path[1]);
  const auto what = path.size() == 1 ? path[0] : std::string();
  if (what == "chats") return show_chats(bridge);
  if (what == "sends") return show_sends(bridge);
  if (what == "deliveries") return show_deliveries(bridge);
  if (what == "options") return bridge.show_options();
  if (what == "faults") return show_faults(bridge);
  throw NotFound("no such control call");
}

json dispatch(Bridge& bridge, const ApiRequest& request) {
  if (request.method == "GET") return look(bridge, request);
  const auto body = request.body.empty() ? json::object() : parse_json(request.body);
  if (!body.is_object()) throw BadInput("expected a JSON object");
  using Handler = json (*)(Bridge&, const json&);
  static const std::map<std::string, Handler> kHandlers = {
      {"POST contact", write_as_contact},
      {"POST phone", write_on_phone},
      {"POST edit", edit_message},
      {"POST delete", delete_message},
      {"POST react", react},
      {"POST read", mark_read},
      {"POST delivered", mark_delivered},
      {"PUT options", put_options},
      {"POST options", put_options},
      {"POST faults", add_faults},
      {"DELETE faults", clear_faults},
      {"POST account_status", set_account_status},
      {"POST scan_qr", scan_qr},
      {"POST redeliver", redeliver},
      {"POST event", send_event},
      {"POST flush", flush},
      {"POST webhook", add_webhook},
      {"POST reset", reset},
  };
  const auto name = request.path.size() == 1 ? request.path.front() : std::string();
  const auto handler = kHandlers.find(request.method + " " + name);
  if (handler == kHandlers.end()) throw NotFound("no such control call");
  return handler->second(bridge, body);
}

ApiReply answer(int status, const json& body) {
  ApiReply reply;
  reply.status = status;
  reply.body = dump_json(body);
  return reply;
}

}  // namespace

}  // namespace control

ApiReply answer_control(Bridge& bridge, const ApiRequest& request) {
  const std::lock_guard lock(bridge.mutex);
  try {
    return control::answer(200, control::dispatch(bridge, request));
  } catch (const BadInput& bad) {
    return control::answer(400, {{"error", bad.what()}});
  } catch (const control::NotFound& missing) {
    return control::answer(404, {{"error", missing.what()}});
  } catch (const json::exception&) {
    return control::answer(400, {{"error", "a field has the wrong type"}});
  }
}

}  // namespace sessioncore::simulators
