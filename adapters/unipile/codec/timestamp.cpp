#include "timestamp.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace sessioncore::unipile::codec {
namespace {

// Eats a text from the left; once something did not fit, `ok` stays false.
struct Scanner {
  std::string_view rest;
  bool ok = true;

  int digits(std::size_t count) {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (rest.empty() || rest.front() < '0' || rest.front() > '9') ok = false;
      if (!ok) return 0;
      value = value * 10 + (rest.front() - '0');
      rest.remove_prefix(1);
    }
    return value;
  }
  bool accept(std::string_view any_of) {
    if (rest.empty() || any_of.find(rest.front()) == std::string_view::npos) return false;
    rest.remove_prefix(1);
    return true;
  }
  void expect(std::string_view any_of) {
    if (!accept(any_of)) ok = false;
  }
  // ".123456": milliseconds, cut off.
  int fraction() {
    if (!accept(".,")) return 0;
    int value = 0;
    int places = 0;
    for (; !rest.empty() && rest.front() >= '0' && rest.front() <= '9'; ++places, rest.remove_prefix(1)) {
      if (places < 3) value = value * 10 + (rest.front() - '0');
    }
    if (places == 0) ok = false;
    for (; places < 3; ++places) value *= 10;
    return value;
  }
  std::chrono::minutes zone() {
    if (rest.empty() || accept("Zz")) return std::chrono::minutes(0);
    const bool west = rest.front() == '-';
    expect("+-");
    const int hours = digits(2);
    accept(":");
    const int minutes = rest.empty() ? 0 : digits(2);
    if (hours > 23 || minutes > 59) ok = false;
    const auto ahead = std::chrono::minutes(hours * 60 + minutes);
    return west ? -ahead : ahead;
  }
};

}  // namespace

std::optional<Instant> parse_timestamp(std::string_view text) {
  Scanner in{text};
  const auto year = std::chrono::year(in.digits(4));
  in.expect("-");
  const auto month = std::chrono::month(static_cast<unsigned>(in.digits(2)));
  in.expect("-");
  const auto day = std::chrono::day(static_cast<unsigned>(in.digits(2)));
  in.expect("Tt ");
  const int hours = in.digits(2);
  in.expect(":");
  const int minutes = in.digits(2);
  in.expect(":");
  const int seconds = in.digits(2);
  const int milliseconds = in.fraction();
  const auto ahead = in.zone();
  const std::chrono::year_month_day date(year, month, day);
  // A leap second is written :60.
  if (!in.ok || !in.rest.empty() || !date.ok() || hours > 23 || minutes > 59 || seconds > 60) return std::nullopt;
  const auto at = std::chrono::sys_days(date) + std::chrono::hours(hours) + std::chrono::minutes(minutes) - ahead +
                  std::chrono::seconds(seconds) + std::chrono::milliseconds(milliseconds);
  const Instant result{std::chrono::duration_cast<Duration>(at.time_since_epoch()).count()};
  if (result.ms < 0) return std::nullopt;
  return result;
}

std::string format_timestamp(Instant at) {
  constexpr Instant kLast{253402300799999};  // 9999-12-31T23:59:59.999Z: the form has four digits for the year
  const std::chrono::sys_time<Duration> time{Duration(std::clamp(at, Instant{0}, kLast).ms)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss<Duration> clock(time - day);
  char text[48];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return text;
}

}  // namespace sessioncore::unipile::codec
