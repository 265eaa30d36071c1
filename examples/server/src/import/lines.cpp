#include "import/lines.hpp"

#include <algorithm>
#include <stdexcept>

namespace sessioncore::server::importing {

namespace {

constexpr std::size_t kBufferBytes = 256 * 1024;
constexpr const char* kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

Lines::Lines(const std::string& path, std::size_t line_bytes_max)
    : path_(path), line_bytes_max_(line_bytes_max), in_(path, std::ios::binary) {
  if (!in_) throw std::runtime_error("cannot read " + path);
}

Lines::Found Lines::next(std::string& line) {
  for (;;) {
    const Found found = read(line);
    if (found != Found::line) return found;
    if (number_ == 1 && line.rfind(kByteOrderMark, 0) == 0) line.erase(0, 3);
    if (line.find_first_not_of(" \t\r") != std::string::npos) return found;
  }
}

Lines::Found Lines::read(std::string& line) {
  line.clear();
  bool too_long = false;
  bool any = false;
  while (at_ < buffer_.size() || refill()) {
    any = true;
    const auto begin = buffer_.begin() + static_cast<std::ptrdiff_t>(at_);
    const auto end = std::find(begin, buffer_.end(), '\n');
    const auto count = static_cast<std::size_t>(end - begin);
    too_long = too_long || line.size() + count > line_bytes_max_;
    if (too_long) {
      line.clear();
    } else {
      line.append(begin, end);
    }
    at_ += count;
    if (end == buffer_.end()) continue;
    ++at_;
    break;
  }
  if (!any) return Found::end;
  ++number_;
  return too_long ? Found::too_long : Found::line;
}

bool Lines::refill() {
  buffer_.resize(kBufferBytes);
  in_.read(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
  if (in_.bad()) throw std::runtime_error("cannot read " + path_);
  buffer_.resize(static_cast<std::size_t>(in_.gcount()));
  at_ = 0;
  return !buffer_.empty();
}

}  // namespace sessioncore::server::importing
