#include "http/bounded_body.hpp"

#include "http/reply.hpp"

namespace sessioncore::server {

bool BodyBudget::take(std::uint64_t bytes) {
  if (taken_.fetch_add(bytes) + bytes <= bytes_max_) return true;
  taken_ -= bytes;
  return false;
}

BoundedBody::Fault BoundedBody::count(std::uint64_t bytes) {
  if (bytes > bytes_max_ - size_) return Fault::too_large;
  if (budget_ != nullptr && !budget_->take(bytes)) return Fault::no_room;
  size_ += bytes;
  return Fault::none;
}

std::string BoundedBody::read(const httplib::ContentReader& reader) {
  std::string text;
  Fault fault = Fault::none;
  const bool complete = reader([&](const char* data, std::size_t size) {
    fault = count(size);
    if (fault == Fault::none) text.append(data, size);
    return fault == Fault::none;
  });
  if (fault == Fault::too_large) throw too_large(bytes_max_);
  if (fault == Fault::no_room) throw unavailable("too many large bodies at once");
  if (!complete) throw bad_request("the body is not framed as its head says");
  return text;
}

}  // namespace sessioncore::server
