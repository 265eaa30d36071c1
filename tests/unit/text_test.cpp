#include "core/text.hpp"

#include <doctest/doctest.h>

using namespace sessioncore;
using namespace sessioncore::detail;

TEST_CASE("digest: white space does not count, what is shown does") {
  CHECK(digest_of("hello") == digest_of("hello"));
  CHECK(digest_of("hello") == digest_of("  hello\n"));
  CHECK(digest_of("a b") == digest_of("a \r\n\t b"));
  CHECK(digest_of("a b") != digest_of("ab"));
  CHECK(digest_of("hello") != digest_of("Hello"));
  CHECK(digest_of("") == digest_of("  "));
  CHECK(digest_of("ş") != digest_of("s"));
}

TEST_CASE("digest: white space is one space, and what is not shown is nothing, wherever it stands (R3)") {
  for (const char* same :
       {"\u00a0a b", "a\u2003b", "a\u2028b", "a\u200b b", "a \u200bb", "a \u200b b", "\ufeffa b",
        "\u200fa\u200e b\u200b", "a\ufe0f b", "a\x07 b", "a b \u200b ", "\u200b a b", "a\u3000\n\u0085 b"}) {
    CAPTURE(same);
    CHECK(digest_of(same) == digest_of("a b"));
  }
  CHECK(digest_of(std::string_view("a\0 b", 4)) == digest_of("a b"));
  CHECK(digest_of("ab") == digest_of("a\u200bb"));
  CHECK(digest_of("") == digest_of("\u200b \ufeff"));
  // Bytes that are no UTF-8 are compared as they are.
  CHECK(digest_of("a\x80") != digest_of("a"));
  CHECK(digest_of("a\xC2") != digest_of("a\xC3"));
  CHECK(digest_of("a \x80") != digest_of("a \x81"));
}

TEST_CASE("digest: stored numbers stay what they are (FNV-1a, 64 bits)") {
  CHECK(digest_of("") == 0xcbf29ce484222325ULL);
  CHECK(digest_of("a") == 0xaf63dc4c8601ec8cULL);
  CHECK(digest_of("foobar") == 0x85944171f73967e8ULL);
  CHECK(digest_of("foo bar") == 0x5fd13fcc22c814caULL);
}

TEST_CASE("characters are code points") {
  CHECK(count_chars("") == 0);
  CHECK(count_chars("abc") == 3);
  CHECK(count_chars("günaydın") == 8);
  CHECK(count_chars("👍🏽") == 2);
}

TEST_CASE("split: short texts stay whole") {
  CHECK(split_text("hello", 5) == std::vector<std::string>{"hello"});
  CHECK(split_text("  hello \n", 5) == std::vector<std::string>{"hello"});
  CHECK(split_text("", 5).empty());
  CHECK(split_text(" \n", 5).empty());
  CHECK(split_text("\u200b\u200b\u200b", 1).empty());
}

TEST_CASE("split: at spaces, so that words stay whole") {
  CHECK(split_text("one two three", 7) == std::vector<std::string>{"one two", "three"});
  CHECK(split_text("one two three", 8) == std::vector<std::string>{"one two", "three"});
  CHECK(split_text("first part second one third", 10) == std::vector<std::string>{"first part", "second one", "third"});
}

TEST_CASE("split: better at a line's end than at a space") {
  CHECK(split_text("one two\nthree four", 14) == std::vector<std::string>{"one two", "three four"});
  // But not if that would leave less than half a part.
  CHECK(split_text("a\nlong second line", 14) == std::vector<std::string>{"a\nlong second", "line"});
}

TEST_CASE("split: through a word where there is no other way") {
  CHECK(split_text("abcdefgh", 3) == std::vector<std::string>{"abc", "def", "gh"});
  // A space too early would halve the part.
  CHECK(split_text("a bcdefghijk", 8) == std::vector<std::string>{"a bcdefg", "hijk"});
}

TEST_CASE("split: never through a character") {
  CHECK(split_text("ığüşöç", 2) == std::vector<std::string>{"ığ", "üş", "öç"});
  CHECK(split_text("👍👍👍", 1) == std::vector<std::string>{"👍", "👍", "👍"});
  CHECK(split_text("一二三　四五六", 5) == std::vector<std::string>{"一二三", "四五六"});
  // Not UTF-8 at all: nothing is lost, and it ends.
  CHECK(split_text("\x80\x80\x80", 1) == std::vector<std::string>{"\x80\x80\x80"});
}

TEST_CASE("split: never through what a reader takes for one character") {
  const auto parts = [](std::string_view text, std::size_t max_chars) { return split_text(text, max_chars); };
  using Parts = std::vector<std::string>;
  CHECK(parts("abce\u0301d", 4) == Parts{"abc", "e\u0301d"});                          // a combining mark
  CHECK(parts("abce\u0301\u0323d", 5) == Parts{"abc", "e\u0301\u0323d"});              // two of them
  CHECK(parts("ab\u2764\ufe0fc", 3) == Parts{"ab", "\u2764\ufe0fc"});                  // a variation selector
  CHECK(parts("ab\U0001f44d\U0001f3fdc", 3) == Parts{"ab", "\U0001f44d\U0001f3fdc"});  // a skin tone
  CHECK(parts("ab\u0915\u093fc", 3) == Parts{"ab", "\u0915\u093fc"});                  // a vowel sign
  CHECK(parts("ab\u1112\u1161\u11abc", 4) == Parts{"ab", "\u1112\u1161\u11abc"});      // composed Hangul
  const std::string family = "\U0001f468\u200d\U0001f469\u200d\U0001f467";
  CHECK(parts("a" + family + family, 7) == Parts{"a" + family, family});
  for (std::size_t max_chars = 6; max_chars < 10; ++max_chars) {
    CHECK(parts(family + family, max_chars) == Parts{family, family});
  }
  const std::string flag = "\U0001f1f9\U0001f1f7";
  CHECK(parts("a" + flag + flag, 4) == Parts{"a" + flag, flag});
  CHECK(parts(flag + flag + flag, 3) == Parts{flag, flag, flag});
  CHECK(parts(flag + flag + flag, 4) == Parts{flag + flag, flag});
  CHECK(parts("abc \u0301def", 5) == Parts{"abc \u0301", "def"});                  // a mark that stands on a space
  CHECK(parts("\U0001f1f9" + std::string("ab"), 2) == Parts{"\U0001f1f9a", "b"});  // half a flag, and no other half
}

TEST_CASE("split: a character longer than a part is cut all the same") {
  std::string tower = "e";
  for (int i = 0; i < 7; ++i) tower += "\u0301";
  const auto parts = split_text("a" + tower, 3);
  REQUIRE(parts.size() == 4);
  CHECK(parts[0] == "a");
  CHECK(parts[1] == "e\u0301\u0301");
  CHECK(parts[2] == "\u0301\u0301\u0301");
  CHECK(parts[3] == "\u0301\u0301");
  CHECK(split_text("\U0001f1f9\U0001f1f7", 1).size() == 2);
}

TEST_CASE("split: no part is blank (R19)") {
  CHECK(split_text("ab \u200b\u200b\u200b\u200b cd", 4) == std::vector<std::string>{"ab \u200b", "cd"});
  CHECK(split_text("abcd\u200b", 4) == std::vector<std::string>{"abcd"});
}

TEST_CASE("split: parts are within the limit and nothing but white space is lost") {
  const std::string text = "Sayın müşterimiz,\n\nrandevunuz yarın saat 10:00'da. Lütfen 15 dakika önce geliniz. 👍";
  for (std::size_t limit = 1; limit < 90; ++limit) {
    std::string joined;
    for (const std::string& part : split_text(text, limit)) {
      CHECK(count_chars(part) <= limit);
      CHECK_FALSE(part.empty());
      CHECK(trim(part) == part);
      joined += part;
    }
    std::string expected = text;
    const auto without_space = [](std::string t) {
      std::erase_if(t, [](char c) { return c == ' ' || c == '\n'; });
      return t;
    };
    CHECK(without_space(joined) == without_space(expected));
  }
}

TEST_CASE("a placeholder stands for an attachment without a text") {
  InboundMessage message;
  message.text = "look";
  message.kind = MessageKind::image;
  CHECK(display_text(message) == "look");
  message.text = " ";
  CHECK(display_text(message) == "[image]");
  message.kind = MessageKind::location;
  CHECK(display_text(message) == "[location]");
}
