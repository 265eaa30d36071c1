#include "multipart.hpp"

#include <algorithm>
#include <cctype>

namespace sessioncore::simulators {

namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

// The value of `name` among the parameters of a header, quoted or not.
std::string parameter(const std::string& header, const std::string& name) {
  const auto low = lower(header);
  for (auto at = low.find(';'); at != std::string::npos; at = low.find(';', at + 1)) {
    const auto start = low.find_first_not_of(" \t", at + 1);
    if (start == std::string::npos || low.compare(start, name.size() + 1, name + "=") != 0) continue;
    const auto value = start + name.size() + 1;
    if (value < header.size() && header[value] == '"') {
      const auto end = header.find('"', value + 1);
      return end == std::string::npos ? "" : header.substr(value + 1, end - value - 1);
    }
    return header.substr(value, header.find_first_of("; \t", value) - value);
  }
  return "";
}

bool read_headers(const std::string& block, FormPart& part) {
  std::size_t from = 0;
  bool disposition = false;
  while (from < block.size()) {
    const auto end = std::min(block.find("\r\n", from), block.size());
    const auto line = block.substr(from, end - from);
    const auto colon = line.find(':');
    if (colon == std::string::npos) return false;
    const auto name = lower(line.substr(0, colon));
    if (name == "content-disposition") {
      disposition = true;
      part.name = parameter(line, "name");
      part.filename = parameter(line, "filename");
    } else if (name == "content-type") {
      const auto value = line.find_first_not_of(" \t", colon + 1);
      if (value != std::string::npos) part.content_type = line.substr(value);
    }
    from = end + 2;
  }
  return disposition && !part.name.empty();
}

}  // namespace

std::optional<std::vector<FormPart>> read_multipart(const std::string& content_type, const std::string& body) {
  const auto boundary = parameter(content_type, "boundary");
  if (boundary.empty()) return std::nullopt;
  const auto first = "--" + boundary;
  const auto next = "\r\n" + first;
  if (body.compare(0, first.size(), first) != 0) return std::nullopt;
  std::vector<FormPart> parts;
  auto at = first.size();
  while (body.compare(at, 2, "--") != 0) {
    const auto headers_end = body.find("\r\n\r\n", at);
    if (body.compare(at, 2, "\r\n") != 0 || headers_end == std::string::npos) return std::nullopt;
    const auto content_end = body.find(next, headers_end + 2);
    FormPart part;
    if (content_end == std::string::npos || headers_end < at + 2) return std::nullopt;
    if (!read_headers(body.substr(at + 2, headers_end - at - 2), part)) return std::nullopt;
    const auto content = headers_end + 4;
    if (content_end > content) part.content = body.substr(content, content_end - content);
    parts.push_back(std::move(part));
    at = content_end + next.size();
    if (at > body.size()) return std::nullopt;
  }
  return parts;
}

}  // namespace sessioncore::simulators
