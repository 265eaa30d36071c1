#include "sessioncore/unipile/phone.hpp"

#include "text.hpp"

#include <algorithm>

namespace sessioncore::unipile {
namespace {

constexpr std::size_t kFewestDigits = 7;
constexpr std::size_t kMostDigits = 15;  // E.164
constexpr std::string_view kFiller = "-.()/";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// The number part of `<digits>[:<device>]@s.whatsapp.net`; empty for every other kind of id.
std::string_view number_of_id(std::string_view id) {
  const auto at = id.find('@');
  const auto server = id.substr(at + 1);
  if (server != "s.whatsapp.net" && server != "c.us") return {};
  return id.substr(0, std::min(at, id.find(':')));
}

}  // namespace

std::string normalise_phone(std::string_view text) {
  if (text.find('@') != std::string_view::npos) text = number_of_id(text);
  std::string digits;
  bool plus = false;
  while (!text.empty()) {
    const char c = text.front();
    std::size_t length = 1;
    if (is_digit(c)) {
      digits += c;
    } else if (c == '+' && digits.empty() && !plus) {
      plus = true;
    } else if (kFiller.find(c) == std::string_view::npos) {
      length = codec::invisible_prefix(text);
      if (text.starts_with("\xE2\x80\x91")) length = 3;  // the hyphen that does not break
      if (length == 0) return {};
    }
    text.remove_prefix(length);
    if (digits.size() > kMostDigits + 2) return {};
  }
  if (!plus && digits.starts_with("00")) digits.erase(0, 2);
  if (digits.size() < kFewestDigits || digits.size() > kMostDigits) return {};
  return "+" + digits;
}

bool lacks_country_code(std::string_view number) {
  return number.starts_with("+0");
}

}  // namespace sessioncore::unipile
