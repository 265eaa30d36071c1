#include "json/reader.hpp"

namespace sessioncore::json::detail {
namespace {

constexpr std::size_t kNameShownMax = 40;
constexpr std::size_t kFieldsMax = 64;

}  // namespace

std::string Place::pointer() const {
  if (parent == nullptr) return "";
  return parent->pointer() + '/' + (name != nullptr ? std::string(name) : std::to_string(index));
}

void Reader::fail(const Place& place, const char* what) {
  if (fault_) return;
  const std::string pointer = place.pointer();
  fault_ = Error{ErrorCode::corrupt, (pointer.empty() ? "the document" : pointer) + ' ' + what};
}

const Json* Reader::find(const char* name) {
  if (object_ == nullptr) return nullptr;
  const auto entry = object_->find(name);
  if (entry == object_->end()) return nullptr;
  const auto index = static_cast<std::size_t>(entry - object_->begin());
  if (index < kFieldsMax) seen_ |= std::uint64_t{1} << index;
  return &entry->second;
}

std::string Reader::type() {
  std::string name;
  required("type", name);
  return name;
}

void Reader::finish() {
  if (fault_ || object_ == nullptr) return;
  for (std::size_t index = 0; index < object_->size(); ++index) {
    if (index < kFieldsMax && (seen_ >> index & 1U) != 0) continue;
    const std::string name = (object_->begin() + static_cast<std::ptrdiff_t>(index))->first.substr(0, kNameShownMax);
    return fail(Place{&place_, name.c_str()}, "is not a field of this form");
  }
}

void Reader::decode_text(const Json& json, std::string& text, const Place& place) {
  if (!json.is_string()) return fail(place, "is not a text");
  text = json.get_ref<const std::string&>();
}

void Reader::decode_milliseconds(const Json& json, std::int64_t lowest, std::int64_t& ms, const Place& place) {
  const auto read = number<std::int64_t>(json);
  if (!read || *read < lowest || *read > kMillisecondsMax)
    return fail(place, "is not a number of milliseconds in range");
  ms = *read;
}

void Reader::decode_digest(const Json& json, Digest& digest, const Place& place) {
  std::string digits;
  decode_text(json, digits, place);
  if (fault_) return;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), digest.value, 16);
  if (digits.size() != 16 || error != std::errc() || end != digits.data() + digits.size()) {
    fail(place, "is not 16 hexadecimal digits");
  }
}

}  // namespace sessioncore::json::detail
