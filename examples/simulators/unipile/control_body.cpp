#include "control_body.hpp"

#include "option_fields.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace sessioncore::simulators::control {

using nlohmann::json;

std::string text_field(const json& body, const char* name, const std::string& fallback) {
  const auto found = body.find(name);
  if (found == body.end() || found->is_null()) return fallback;
  if (!found->is_string()) throw BadInput(std::string(name) + " must be a text");
  return found->get<std::string>();
}

std::string required_text(const json& body, const char* name) {
  auto text = text_field(body, name);
  if (text.empty()) throw BadInput(std::string(name) + " is missing");
  return text;
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

std::optional<std::int64_t> time_field(const json& body, const char* name) {
  const auto found = body.find(name);
  if (found == body.end() || found->is_null()) return std::nullopt;
  if (found->is_number_integer()) return found->get<std::int64_t>();
  const auto time = found->is_string() ? parse_iso_time(found->get<std::string>()) : std::nullopt;
  if (!time) throw BadInput(std::string(name) + " must be YYYY-MM-DDTHH:MM:SS.sssZ or unix milliseconds");
  return time;
}

std::vector<Attachment> attachments_field(const json& body) {
  std::vector<Attachment> list;
  if (!body.contains("attachments")) return list;
  if (!body["attachments"].is_array()) throw BadInput("attachments must be a list");
  for (const auto& item : body["attachments"]) {
    if (!item.is_object()) throw BadInput("attachments must hold objects");
    Attachment file;
    FieldReader reader(item);
    reader("type", file.type);
    reader("mimetype", file.mimetype);
    reader("file_name", file.file_name);
    reader("content", file.content);
    reader("voice_note", file.voice_note);
    reader("sticker", file.sticker);
    reader.refuse_unknown();
    const bool known = file.type == "img" || file.type == "video" || file.type == "audio" || file.type == "file";
    if (!known) throw BadInput("attachments: type must be img, video, audio or file");
    list.push_back(std::move(file));
  }
  return list;
}

void allow_only(const json& body, const std::vector<std::string>& names) {
  for (const auto& [key, value] : body.items()) {
    if (std::find(names.begin(), names.end(), key) == names.end()) throw BadInput("unknown field: " + key);
  }
}

Chat& chat_named(Bridge& bridge, const std::string& id) {
  auto* chat = bridge.world.chat(id);
  if (chat == nullptr) throw NotFound("no chat " + id);
  return *chat;
}

Message& message_named(Bridge& bridge, const json& body) {
  const auto id = required_text(body, "message_id");
  auto* message = bridge.world.message(id);
  if (message == nullptr) throw NotFound("no message " + id);
  return *message;
}

}  // namespace sessioncore::simulators::control
