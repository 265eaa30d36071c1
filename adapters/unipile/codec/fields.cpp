#include "fields.hpp"

#include "../../shared/lone_surrogates.hpp"

#include <algorithm>

namespace sessioncore::unipile::codec {
namespace {

constexpr std::size_t kMaxDepth = 64;
constexpr std::size_t kMaxIdBytes = 512;

// Counts brackets outside of strings. It need not know more of JSON: what is malformed is refused by the parser after.
bool nests_too_deep(std::string_view body) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < body.size(); ++i) {
    const char c = body[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kMaxDepth) return true;
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return false;
}

// The library replaces while it prints: the text goes once through a JSON string.
std::string with_replaced_bytes(const std::string& text) {
  return Json::parse(Json(text).dump(-1, ' ', false, Json::error_handler_t::replace)).get<std::string>();
}

Json parse_text(std::string_view body, BadUtf8 bad_utf8) {
  try {
    return Json::parse(body);
  } catch (const Json::parse_error&) {
    const std::string mended = adapters::without_lone_surrogates(body);
    return Json::parse(bad_utf8 == BadUtf8::replaced ? with_replaced_bytes(mended) : mended);
  }
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

}  // namespace

Json parse_object(std::string_view body, BadUtf8 bad_utf8) {
  constexpr std::string_view kSpace = " \t\r\n";
  if (body.find_first_not_of(kSpace) == std::string_view::npos) throw FieldError{"body: empty"};
  if (nests_too_deep(body)) throw FieldError{"body: nested deeper than " + std::to_string(kMaxDepth) + " levels"};
  Json value;
  try {
    value = parse_text(body, bad_utf8);
  } catch (const Json::parse_error& error) {
    // The parser's own text quotes the input, so only the position is passed on.
    const bool ill_formed = std::string_view(error.what()).find("ill-formed UTF-8") != std::string_view::npos;
    const bool form = body.front() != '{' && body.find('=') != std::string_view::npos && error.byte <= 2;
    if (form) throw FieldError{"body: expected a JSON object; is the webhook registered with format \"json\"?"};
    throw FieldError{(ill_formed ? "body: invalid UTF-8 at byte " : "body: malformed JSON at byte ") +
                     std::to_string(error.byte)};
  } catch (const Json::exception&) {
    throw FieldError{"body: a number is out of range"};
  }
  if (!value.is_object()) throw FieldError{std::string("body: expected object, got ") + value.type_name()};
  return value;
}

const Json* Fields::find(const char* key) const {
  const auto at = object_->find(key);
  return at == object_->end() || at->is_null() ? nullptr : &*at;
}

std::string Fields::id(const char* key) const {
  const auto at = object_->find(key);
  if (at == object_->end()) fail(key, "missing");
  if (!at->is_string()) fail_type(key, "string", *at);
  const auto& value = at->get_ref<const std::string&>();
  if (value.empty()) fail(key, "empty");
  if (value.size() > kMaxIdBytes) fail(key, "longer than " + std::to_string(kMaxIdBytes) + " bytes");
  if (std::any_of(value.begin(), value.end(), is_control)) fail(key, "holds control characters");
  return value;
}

std::string Fields::text(const char* key) const {
  const auto* value = find(key);
  if (value == nullptr) return {};
  if (!value->is_string()) fail_type(key, "string or null", *value);
  return value->get_ref<const std::string&>();
}

std::optional<bool> Fields::flag(const char* key) const {
  const auto* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (value->is_boolean()) return value->get<bool>();
  if (!value->is_number()) fail_type(key, "boolean, 0 or 1", *value);
  if (*value == 0) return false;
  if (*value == 1) return true;
  fail(key, "expected boolean, 0 or 1, got another number");
}

std::optional<Fields> Fields::object(const char* key) const {
  const auto* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_object()) fail_type(key, "object or null", *value);
  return Fields(*value, name(key));
}

const Json* Fields::array(const char* key) const {
  const auto* value = find(key);
  if (value != nullptr && !value->is_array()) fail_type(key, "array or null", *value);
  return value;
}

Fields Fields::element(const char* key, std::size_t index) const {
  const auto& value = (*array(key))[index];
  const auto where = std::string(key) + "[" + std::to_string(index) + "]";
  if (!value.is_object()) fail_type(where.c_str(), "object", value);
  return Fields(value, name(where.c_str()));
}

void Fields::fail(const char* key, std::string_view what) const {
  throw FieldError{name(key) + ": " + std::string(what)};
}

void Fields::fail_type(const char* key, std::string_view expected, const Json& got) const {
  fail(key, "expected " + std::string(expected) + ", got " + got.type_name());
}

std::string Fields::name(const char* key) const {
  return path_.empty() ? key : path_ + "." + key;
}

std::string lenient_text(const Json& object, std::initializer_list<const char*> keys) {
  for (const char* key : keys) {
    const auto at = object.find(key);
    if (at != object.end() && at->is_string()) return at->get<std::string>();
  }
  return {};
}

}  // namespace sessioncore::unipile::codec
