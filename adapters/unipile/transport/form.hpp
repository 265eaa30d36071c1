// Text fields as multipart/form-data. Internal to the transport.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace sessioncore::unipile::transport {

struct FormField {
  std::string_view name;  // our own word: it is written as it is
  std::string_view value;
};

struct Form {
  std::string content_type;
  std::string body;
};

// The HTTP library can write such forms too, but only in calls that take an answer of any length. This one goes out
// through HttpClient, which bounds the answer.
[[nodiscard]] Form encode_form(std::span<const FormField> fields);

}  // namespace sessioncore::unipile::transport
