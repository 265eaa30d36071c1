// Reading fields of a JSON object so that each complaint names the field. Internal to the codec.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include <sessioncore/result.hpp>

namespace sessioncore::unipile::codec {

using Json = nlohmann::json;

// Thrown inside the codec only: `read_object` catches it. The detail quotes no input.
struct FieldError {
  std::string detail;
};

// Bytes that are no UTF-8: refused, or read as U+FFFD.
enum class BadUtf8 { refused, replaced };

// The body as a JSON object, or a FieldError. Depth is bounded because copying and printing a value recurse. The escape
// of half a character is read as U+FFFD.
[[nodiscard]] Json parse_object(std::string_view body, BadUtf8 bad_utf8 = BadUtf8::refused);

// An object and where it stands, such as "sender.attendee_specifics".
class Fields {
 public:
  explicit Fields(const Json& object, std::string path = {}) : object_(&object), path_(std::move(path)) {}

  // The value, or null when the field is absent or JSON null.
  [[nodiscard]] const Json* find(const char* key) const;
  // A provider's id: present, a non-empty string without control characters and of sane length.
  [[nodiscard]] std::string id(const char* key) const;
  // A string; empty when absent or null.
  [[nodiscard]] std::string text(const char* key) const;
  // Webhooks say true and false, the REST interface 1 and 0.
  [[nodiscard]] std::optional<bool> flag(const char* key) const;
  [[nodiscard]] std::optional<Fields> object(const char* key) const;
  // The elements, or null when absent or null.
  [[nodiscard]] const Json* array(const char* key) const;
  // Element `index` of the array `key`, which must be an object.
  [[nodiscard]] Fields element(const char* key, std::size_t index) const;

  [[noreturn]] void fail(const char* key, std::string_view what) const;

 private:
  [[noreturn]] void fail_type(const char* key, std::string_view expected, const Json& got) const;
  [[nodiscard]] std::string name(const char* key) const;

  const Json* object_;
  std::string path_;
};

// What `read` makes of the body, a Result; a FieldError becomes `invalid_argument`.
template <class Read>
[[nodiscard]] auto read_object(std::string_view body, Read read, BadUtf8 bad_utf8 = BadUtf8::refused)
    -> decltype(read(std::declval<Fields>())) {
  try {
    const auto json = parse_object(body, bad_utf8);
    return read(Fields(json));
  } catch (const FieldError& error) {
    return Error{ErrorCode::invalid_argument, error.detail};
  }
}

// For fields that only decorate: the string under the first of the keys that holds one, else empty.
[[nodiscard]] std::string lenient_text(const Json& object, std::initializer_list<const char*> keys);

}  // namespace sessioncore::unipile::codec
