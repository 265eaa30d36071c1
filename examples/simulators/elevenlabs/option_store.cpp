#include "option_store.hpp"

#include "option_fields.hpp"

#include <algorithm>
#include <cctype>
#include <deque>

#include <nlohmann/json.hpp>

namespace sessioncore::simulators {

using nlohmann::json;

namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

void require_one_of(const char* name, const std::string& value, const std::string& first, const std::string& second) {
  if (value != first && value != second) throw BadInput(std::string(name) + " must be " + first + " or " + second);
}

void check_close_code(const char* name, std::int64_t code) {
  const bool known = code == 0 || code == 1000 || code == 1002 || code == 1008 || code == 1011;
  if (!known && (code < 3000 || code > 4999)) {
    throw BadInput(std::string(name) + " must be 1000, 1002, 1008, 1011 or 3000..4999");
  }
}

TurnPlan read_turn(const json& object, FieldReader& reader) {
  TurnPlan plan;
  visit_turn(plan, reader);
  require_one_of("tool_when", plan.tool_when, "before", "after");
  require_one_of("close_when", plan.close_when, "before", "after");
  check_close_code("close_code", plan.close_code);
  if (object.contains("tool_parameters") && !json::accept(plan.tool_parameters)) {
    throw BadInput("tool_parameters must be a JSON object or its text");
  }
  return plan;
}

ConnectionPlan read_connection(FieldReader& reader) {
  ConnectionPlan plan;
  visit_connection(plan, reader);
  check_close_code("connect_close_code", plan.connect_close_code);
  return plan;
}

// Friendlier spellings: one reply as a text, tool parameters as an object.
json normalised(json object) {
  if (!object.is_object()) throw BadInput("expected a JSON object");
  if (object.contains("replies") && object["replies"].is_string()) object["replies"] = json::array({object["replies"]});
  if (object.contains("tool_parameters") && object["tool_parameters"].is_object()) {
    object["tool_parameters"] = object["tool_parameters"].dump();
  }
  return object;
}

void check_turn_patch(const json& patch) {
  FieldReader reader(patch);
  read_turn(patch, reader);
  reader.know("match");
  reader.know("times");
  reader.refuse_unknown();
}

void check_connection_patch(const json& patch) {
  FieldReader reader(patch);
  read_turn(patch, reader);
  read_connection(reader);
  reader.refuse_unknown();
}

std::deque<json> patches(const json& value) {
  std::deque<json> list;
  if (value.is_array()) {
    for (const auto& item : value) list.push_back(normalised(item));
  } else {
    list.push_back(normalised(value));
  }
  return list;
}

struct Script {
  std::string match;
  std::int64_t times = 0;  // 0: without end
  std::int64_t used = 0;
  json patch;
};

Script read_script(json object) {
  object = normalised(object);
  check_turn_patch(object);
  Script script;
  FieldReader reader(object);
  reader("match", script.match);
  reader("times", script.times);
  script.patch = std::move(object);
  script.patch.erase("match");
  script.patch.erase("times");
  return script;
}

}  // namespace

struct OptionStore::State {
  json base = json::object();
  DoorPlan door;
  std::vector<Script> scripts;
  std::deque<json> next_connection;
  std::deque<json> next_turn;
};

OptionStore::OptionStore() : state_(std::make_unique<State>()) {}
OptionStore::~OptionStore() = default;

void OptionStore::reset() {
  *state_ = State{};
}

void OptionStore::put(const json& body) {
  State fresh = *state_;
  json flat = normalised(body);
  if (flat.contains("scripts")) {
    if (!flat["scripts"].is_array()) throw BadInput("scripts must be a list");
    fresh.scripts.clear();
    for (const auto& item : flat["scripts"]) fresh.scripts.push_back(read_script(item));
    flat.erase("scripts");
  }
  if (flat.contains("next_connection")) {
    fresh.next_connection = patches(flat["next_connection"]);
    for (const auto& patch : fresh.next_connection) check_connection_patch(patch);
    flat.erase("next_connection");
  }
  if (flat.contains("next_turn")) {
    fresh.next_turn = patches(flat["next_turn"]);
    for (const auto& patch : fresh.next_turn) check_turn_patch(patch);
    flat.erase("next_turn");
  }
  fresh.base.update(flat);
  FieldReader reader(fresh.base);
  read_turn(fresh.base, reader);
  read_connection(reader);
  fresh.door = DoorPlan{};
  visit_door(fresh.door, reader);
  reader.refuse_unknown();
  require_one_of("bad_signature", fresh.door.bad_signature, "close", "http");
  if (fresh.door.signed_url_status < 200 || fresh.door.signed_url_status > 599) {
    throw BadInput("signed_url_status must be 200..599");
  }
  *state_ = std::move(fresh);
}

json OptionStore::show() const {
  FieldReader reader(state_->base);
  FieldWriter writer;
  const auto turn = read_turn(state_->base, reader);
  const auto connection = read_connection(reader);
  visit_connection(connection, writer);
  visit_turn(turn, writer);
  visit_door(state_->door, writer);
  writer.object["next_connection"] = state_->next_connection;
  writer.object["next_turn"] = state_->next_turn;
  writer.object["scripts"] = json::array();
  for (const auto& script : state_->scripts) {
    json shown = script.patch;
    shown["match"] = script.match;
    shown["times"] = script.times;
    shown["used"] = script.used;
    writer.object["scripts"].push_back(std::move(shown));
  }
  return writer.object;
}

ConnectionPlan OptionStore::take_connection(std::string& patch) {
  json merged = state_->base;
  patch = "{}";
  if (!state_->next_connection.empty()) {
    merged.update(state_->next_connection.front());
    patch = state_->next_connection.front().dump();
    state_->next_connection.pop_front();
  }
  FieldReader reader(merged);
  return read_connection(reader);
}

TurnPlan OptionStore::take_turn(const std::string& text, const std::string& connection_patch) {
  json merged = state_->base;
  merged.update(json::parse(connection_patch));
  for (auto& script : state_->scripts) {
    const bool exhausted = script.times > 0 && script.used >= script.times;
    if (exhausted || lower(text).find(lower(script.match)) == std::string::npos) continue;
    ++script.used;
    merged.update(script.patch);
    break;
  }
  if (!state_->next_turn.empty()) {
    merged.update(state_->next_turn.front());
    state_->next_turn.pop_front();
  }
  FieldReader reader(merged);
  return read_turn(merged, reader);
}

DoorPlan OptionStore::door() const {
  return state_->door;
}

int OptionStore::take_signed_url_status() {
  auto& door = state_->door;
  const int status = static_cast<int>(door.signed_url_status);
  if (status != 200 && door.signed_url_status_count > 0) {
    --door.signed_url_status_count;
    state_->base["signed_url_status_count"] = door.signed_url_status_count;
    if (door.signed_url_status_count == 0) {
      door.signed_url_status = 200;
      state_->base["signed_url_status"] = 200;
    }
  }
  return status;
}

}  // namespace sessioncore::simulators
