#include "form.hpp"

#include <algorithm>
#include <cstdio>
#include <random>

namespace sessioncore::unipile::transport {
namespace {

std::string random_boundary() {
  std::random_device random;
  std::string boundary = "form-";
  for (int i = 0; i < 4; ++i) {
    char hex[9];
    std::snprintf(hex, sizeof hex, "%08x", static_cast<unsigned>(random()));
    boundary += hex;
  }
  return boundary;
}

// The boundary must not stand in a value: chance makes that certain enough, looking makes it sure.
std::string boundary_for(std::span<const FormField> fields) {
  for (;;) {
    auto boundary = random_boundary();
    const auto holds = [&](const FormField& field) { return field.value.find(boundary) != std::string_view::npos; };
    if (std::none_of(fields.begin(), fields.end(), holds)) return boundary;
  }
}

}  // namespace

Form encode_form(std::span<const FormField> fields) {
  const auto boundary = boundary_for(fields);
  Form form{"multipart/form-data; boundary=" + boundary, {}};
  for (const auto& field : fields) {
    form.body +=
        "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + std::string(field.name) + "\"\r\n\r\n";
    form.body += field.value;
    form.body += "\r\n";
  }
  form.body += "--" + boundary + "--\r\n";
  return form;
}

}  // namespace sessioncore::unipile::transport
