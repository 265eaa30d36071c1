#include "iso_time.hpp"

#include <array>
#include <chrono>
#include <cstdio>

namespace sessioncore::server {

namespace {

/// Reads a text from its front; once something was not as expected, it stays bad.
class Front {
 public:
  explicit Front(std::string_view text) : rest_(text) {}

  int digits(std::size_t count) {
    int value = 0;
    for (; count > 0; --count) {
      if (rest_.empty() || rest_[0] < '0' || rest_[0] > '9') return fail();
      value = value * 10 + (rest_[0] - '0');
      rest_.remove_prefix(1);
    }
    return value;
  }
  bool take(char wanted) {
    if (rest_.empty() || rest_[0] != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void expect(char wanted) {
    if (!take(wanted)) fail();
  }
  /// Digits after a point as milliseconds; further ones are dropped.
  int fraction() {
    int value = 0;
    int place = 100;
    bool any = false;
    for (; !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9'; rest_.remove_prefix(1), place /= 10) {
      value += (rest_[0] - '0') * place;
      any = true;
    }
    return any ? value : fail();
  }
  [[nodiscard]] bool good_to_the_end() const { return good_ && rest_.empty(); }

 private:
  int fail() {
    good_ = false;
    return 0;
  }

  std::string_view rest_;
  bool good_ = true;
};

/// Minutes east of Greenwich.
int zone(Front& front) {
  if (front.take('Z')) return 0;
  const bool west = front.take('-');
  if (!west) front.expect('+');
  const int hours = front.digits(2);
  (void)front.take(':');
  const int minutes = hours * 60 + front.digits(2);
  return west ? -minutes : minutes;
}

}  // namespace

std::string iso_time(Instant at) {
  using namespace std::chrono;
  const sys_time<milliseconds> time{milliseconds(at.ms)};
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return text.data();
}

std::optional<Instant> parse_iso_time(std::string_view text) {
  using namespace std::chrono;
  Front front(text);
  const year year_read(front.digits(4));
  front.expect('-');
  const month month_read(static_cast<unsigned>(front.digits(2)));
  front.expect('-');
  const day day_read(static_cast<unsigned>(front.digits(2)));
  front.expect('T');
  const int hour = front.digits(2);
  front.expect(':');
  const int minute = front.digits(2);
  front.expect(':');
  const int second = front.digits(2);
  const int millisecond = front.take('.') ? front.fraction() : 0;
  const int east = zone(front);
  const year_month_day date(year_read, month_read, day_read);
  if (!front.good_to_the_end() || !date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  const auto at = sys_days(date) + hours(hour) + minutes(minute - east) + seconds(second) + milliseconds(millisecond);
  return Instant{duration_cast<milliseconds>(at.time_since_epoch()).count()};
}

}  // namespace sessioncore::server
