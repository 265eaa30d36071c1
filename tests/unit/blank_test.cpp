#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include <sessioncore/core/blank.hpp>

using namespace sessioncore;

namespace {

constexpr const char* kWhiteSpace[] = {"\t",     "\n",     "\v",     "\f",     "\r",     " ",      "\u0085", "\u00a0",
                                       "\u1680", "\u2000", "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000"};

// Of no width, soft hyphen, joiners, marks of direction, byte order mark, variation selectors, fillers, tags, controls.
constexpr const char* kInvisible[] = {"\u200b",     "\u200c", "\u200d", "\u2060", "\u00ad",   "\u034f",
                                      "\u200e",     "\u200f", "\u202a", "\u202e", "\u2066",   "\u2069",
                                      "\u061c",     "\ufeff", "\ufe0e", "\ufe0f", "\u180e",   "\u3164",
                                      "\U000e0041", "\x01",   "\x1b",   "\x7f",   "\xC2\x80", "\xC2\x9F"};

// Next to what is in the tables, and what is no UTF-8: a lone continuation, one too many, too few, a form that is too
// long for U+00A0, bytes that never occur.
constexpr const char* kVisible[] = {"a",
                                    "!",
                                    "~",
                                    "\u00a1",
                                    "\u00a9",
                                    "\u200a.",
                                    "\u2010",
                                    "\u2027",
                                    "\u2030",
                                    "\u2070",
                                    "\u3001",
                                    "\u2800",
                                    "\ufffc",
                                    "\ufdff",
                                    "\U0001f44d",
                                    "\U000f0000",
                                    "\u0301",
                                    "\x80",
                                    " \x80",
                                    "\xC2",

                                    "\xE2\x80",
                                    "\xE0\x82\xA0",
                                    "\xF0\x82\x82\xA0",
                                    "\xC0\xA0",
                                    "\xF8\x80\x80\x80",
                                    "\xFF",
                                    "\xFF\x80"};

}  // namespace

TEST_CASE("blank: nothing, white space and what is not shown") {
  CHECK(is_blank(""));
  CHECK(is_blank(std::string_view("\0", 1)));
  std::string all;
  for (const char* one : kWhiteSpace) {
    CAPTURE(one);
    CHECK(is_blank(one));
    CHECK_FALSE(is_blank(one + std::string("x")));
    all += one;
  }
  for (const char* one : kInvisible) {
    CAPTURE(one);
    CHECK(is_blank(one));
    CHECK_FALSE(is_blank("x" + std::string(one)));
    all += one;
  }
  CHECK(is_blank(all));
}

TEST_CASE("blank: what is shown, and what is no UTF-8, is not") {
  for (const char* one : kVisible) {
    CAPTURE(one);
    CHECK_FALSE(is_blank(one));
  }
}

TEST_CASE("trim: white space at both ends, and nothing else") {
  CHECK(trim("").empty());
  CHECK(trim(" \n").empty());
  CHECK(trim(" a b \n") == "a b");
  for (const char* one : kWhiteSpace) {
    CAPTURE(one);
    const std::string space = one;
    CHECK(trim(space + "é" + space + "é" + space + space) == "é" + space + "é");
    CHECK(trim(space + space).empty());
  }
  for (const char* one : kInvisible) {
    CAPTURE(one);
    const std::string kept = one + std::string("x") + one;
    CHECK(trim("\u2003" + kept + "\u00a0") == kept);
  }
  for (const char* one : kVisible) {
    CAPTURE(one);
    const std::string text = "." + std::string(one);
    CHECK(trim(text) == text);
  }
}
