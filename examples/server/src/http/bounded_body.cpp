#include "http/bounded_body.hpp"

#include "http/reply.hpp"

namespace sessioncore::server {

bool BodyBudget::take(std::uint64_t bytes) {
  // What does not fit is never added, not even for a moment: another body that fits would be refused meanwhile.
  std::uint64_t taken = taken_.load();
  do {
    if (bytes > bytes_max_ - taken) return false;
  } while (!taken_.compare_exchange_weak(taken, taken + bytes));
  return true;
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
