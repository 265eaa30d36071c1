#include "http/large_body.hpp"

#include "http/reply.hpp"

namespace sessioncore::server {

bool BodyBudget::take(std::uint64_t bytes) {
  if (taken_.fetch_add(bytes) + bytes <= bytes_max_) return true;
  taken_ -= bytes;
  return false;
}

bool LargeBody::append(const char* data, std::size_t size) {
  if (size > bytes_max_ - text_.size()) {
    fault_ = Fault::too_large;
  } else if (!budget_.take(size)) {
    fault_ = Fault::no_room;
  } else {
    text_.append(data, size);
  }
  return fault_ == Fault::none;
}

void LargeBody::read(const httplib::ContentReader& reader) {
  const bool complete = reader([this](const char* data, std::size_t size) { return append(data, size); });
  if (fault_ == Fault::too_large) throw too_large(bytes_max_);
  if (fault_ == Fault::no_room) throw unavailable("too many large bodies at once");
  if (!complete) throw bad_request("the body is not framed as its head says");
}

}  // namespace sessioncore::server
