// Phone numbers and timestamps.
#include "codec/timestamp.hpp"

#include <doctest/doctest.h>

#include <sessioncore/unipile/phone.hpp>

using namespace sessioncore;
using sessioncore::unipile::normalise_phone;
using sessioncore::unipile::codec::format_timestamp;
using sessioncore::unipile::codec::parse_timestamp;

TEST_CASE("phone: spellings of one number become one") {
  for (const auto* spelling : {"+905550001122", "905550001122", "00905550001122", "+90 (555) 000-11.22",
                               " +90 555 000 11 22 ", "\xE2\x80\xAA+90 555 000 11 22\xE2\x80\xAC",
                               "+90\xC2\xA0"
                               "555\xE2\x80\x91"
                               "0001122",
                               "905550001122@s.whatsapp.net", "905550001122:17@s.whatsapp.net", "905550001122@c.us"}) {
    CAPTURE(spelling);
    CHECK(normalise_phone(spelling) == "+905550001122");
  }
}

TEST_CASE("phone: what is no number gives nothing") {
  for (const auto* other :
       {"", "hidden", "+", "123456", "1234567890123456", "905550001122@lid", "905550001122@g.us", "@s.whatsapp.net",
        "90555x0001122", "+90+5550001122", "905550001122@s.whatsapp.net.example.com",
        "\xE2\x82\xAC"
        "5550001122",
        "\xE2"}) {
    CAPTURE(other);
    CHECK(normalise_phone(other).empty());
  }
  CHECK(normalise_phone("1234567") == "+1234567");
  CHECK(normalise_phone("123456789012345") == "+123456789012345");
}

TEST_CASE("phone: a number that begins with 0 lacks its country code") {
  using sessioncore::unipile::lacks_country_code;
  CHECK(lacks_country_code(normalise_phone("0555 000 1122")));
  CHECK_FALSE(lacks_country_code(normalise_phone("0090 555 000 1122")));
  CHECK_FALSE(lacks_country_code(normalise_phone("hidden")));
}

TEST_CASE("timestamp: zones and fractions") {
  CHECK(parse_timestamp("1970-01-01T00:00:00Z") == Instant{0});
  CHECK(parse_timestamp("2026-05-18T19:44:12.345Z") == Instant{1779133452345});
  CHECK(parse_timestamp("2026-05-18T19:44:12Z") == Instant{1779133452000});
  CHECK(parse_timestamp("2026-05-18T19:44:12.3Z") == Instant{1779133452300});
  CHECK(parse_timestamp("2026-05-18T19:44:12.345999Z") == Instant{1779133452345});
  CHECK(parse_timestamp("2026-05-18T22:44:12.345+03:00") == Instant{1779133452345});
  CHECK(parse_timestamp("2026-05-18T14:14:12.345-0530") == Instant{1779133452345});
  CHECK(parse_timestamp("2026-05-18T22:44:12+03") == Instant{1779133452000});
  CHECK(parse_timestamp("2026-05-18 19:44:12") == Instant{1779133452000});
  CHECK(parse_timestamp("2024-02-29T00:00:00Z") == Instant{1709164800000});
  CHECK(parse_timestamp("2016-12-31T23:59:60Z") == Instant{1483228800000});
  CHECK(!parse_timestamp("2026-05-18T19:44:12.345ZZ"));
  CHECK(!parse_timestamp("2023-02-29T00:00:00Z"));
}

TEST_CASE("timestamp: the written form is read back, always with milliseconds and Z") {
  CHECK(format_timestamp(Instant{0}) == "1970-01-01T00:00:00.000Z");
  CHECK(format_timestamp(Instant{-5}) == "1970-01-01T00:00:00.000Z");
  CHECK(format_timestamp(Instant{1779133452345}) == "2026-05-18T19:44:12.345Z");
  CHECK(format_timestamp(Instant{999999999999999}) == "9999-12-31T23:59:59.999Z");
  for (std::int64_t ms = 7; ms < 4102444800000; ms += 86'399'977'123 / 3) {
    CHECK(parse_timestamp(format_timestamp(Instant{ms})) == Instant{ms});
  }
}
