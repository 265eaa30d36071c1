#include "attachments.hpp"

#include <sessioncore/core/step.hpp>

namespace sessioncore::unipile::codec {
namespace {

bool lenient_flag(const Json& object, std::initializer_list<const char*> keys) {
  for (const char* key : keys) {
    const auto at = object.find(key);
    if (at != object.end() && (*at == true || *at == 1)) return true;
  }
  return false;
}

MessageKind kind_of(const Json& attachment, const std::string& type, const std::string& mimetype) {
  if (lenient_flag(attachment, {"attachment_sticker", "sticker"}) || type == "sticker") return MessageKind::sticker;
  if (lenient_flag(attachment, {"voice_note", "attachment_voice_note"})) return MessageKind::audio;
  if (type == "img" || type == "image") return MessageKind::image;
  if (type == "video") return MessageKind::video;
  if (type == "audio" || type == "voice") return MessageKind::audio;
  if (type == "file" || type == "document") return MessageKind::file;
  if (type == "location") return MessageKind::location;
  if (!type.empty()) return MessageKind::other;
  if (mimetype.starts_with("image/")) return MessageKind::image;
  if (mimetype.starts_with("video/")) return MessageKind::video;
  if (mimetype.starts_with("audio/")) return MessageKind::audio;
  return mimetype.empty() ? MessageKind::other : MessageKind::file;
}

const Json* first_of(const Json& object, std::initializer_list<const char*> keys) {
  for (const char* key : keys) {
    const auto at = object.find(key);
    if (at != object.end()) return &*at;
  }
  return nullptr;
}

Json describe(const Json& attachment, MessageKind kind, const std::string& mimetype) {
  Json line = {{"kind", to_string(kind)}};
  const auto put = [&line](const char* key, const std::string& value) {
    if (!value.empty()) line[key] = value;
  };
  put("id", lenient_text(attachment, {"attachment_id", "id"}));
  put("mimetype", mimetype);
  put("name", lenient_text(attachment, {"attachment_name", "file_name", "filename", "name"}));
  const auto* size = first_of(attachment, {"attachment_size", "file_size", "size"});
  if (size != nullptr && size->is_number_unsigned()) line["size"] = *size;
  if (lenient_flag(attachment, {"voice_note", "attachment_voice_note"})) line["voice_note"] = true;
  if (lenient_flag(attachment, {"attachment_unavailable", "unavailable"})) line["unavailable"] = true;
  return line;
}

}  // namespace

Attachments read_attachments(const Fields& message) {
  Attachments result;
  const auto* list = message.array("attachments");
  if (list == nullptr || list->empty()) return result;
  Json lines = Json::array();
  for (std::size_t i = 0; i < list->size(); ++i) {
    (void)message.element("attachments", i);  // refuses what is no object
    const auto& attachment = (*list)[i];
    const auto mimetype = lenient_text(attachment, {"attachment_mimetype", "mimetype"});
    const auto kind = kind_of(attachment, lenient_text(attachment, {"attachment_type", "type"}), mimetype);
    if (i == 0) result.kind = kind;
    lines.push_back(describe(attachment, kind, mimetype));
  }
  result.description = lines.dump();
  return result;
}

}  // namespace sessioncore::unipile::codec
