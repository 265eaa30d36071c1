#include "duties_throw.hpp"

#include <memory>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include <sessioncore/result.hpp>

using namespace sessioncore;

TEST_CASE("a result holds a value or an error") {
  Result<std::string> good = std::string("value");
  REQUIRE(good.has_value());
  CHECK(static_cast<bool>(good));
  CHECK(*good == "value");
  CHECK(good->size() == 5);
  *good += "!";
  CHECK(std::as_const(good).operator*() == "value!");
  CHECK(good.value_or("other") == "value!");
  CHECK(good.value() == "value!");
  CHECK(std::move(good).value() == "value!");

  Result<std::string> bad = Error{ErrorCode::not_found, "chat"};
  CHECK_FALSE(bad.has_value());
  CHECK_FALSE(static_cast<bool>(bad));
  CHECK(bad.error().code == ErrorCode::not_found);
  CHECK(bad.error().detail == "chat");
  CHECK(bad.value_or("other") == "other");
  CHECK_THROWS_WITH_AS(static_cast<void>(std::move(bad).value()), "not_found: chat", BadResult);
}

TEST_CASE("a result that is taken for what it is not is a broken duty") {
  const test_support::DutiesThrow duties;
  Result<std::string> bad = Error{ErrorCode::not_found, "chat"};
  CHECK_THROWS_WITH_AS(static_cast<void>(*bad), "Result: taken for a value, and it is an error", std::logic_error);
  CHECK_THROWS_AS(static_cast<void>(*std::as_const(bad)), std::logic_error);
  CHECK_THROWS_AS(static_cast<void>(bad->size()), std::logic_error);
  CHECK_THROWS_AS(static_cast<void>(std::as_const(bad)->size()), std::logic_error);
  CHECK_THROWS_WITH_AS(static_cast<void>(bad.value()), "not_found: chat", BadResult);
  const Result<std::string> good = std::string("value");
  CHECK_THROWS_WITH_AS(static_cast<void>(good.error()), "Result: taken for an error, and it is a value",
                       std::logic_error);
  CHECK_THROWS_AS(static_cast<void>(Result<void>().error()), std::logic_error);
}

TEST_CASE("a result can hold what cannot be copied") {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(7);
  const std::unique_ptr<int> taken = std::move(result).value();
  CHECK(*taken == 7);
}

TEST_CASE("a result without a value") {
  const Result<void> good;
  CHECK(good.has_value());
  CHECK(static_cast<bool>(good));
  CHECK_NOTHROW(good.value());
  const Result<void> bad = Error{ErrorCode::conflict, "version"};
  CHECK_FALSE(bad.has_value());
  CHECK_FALSE(static_cast<bool>(bad));
  CHECK(bad.error().detail == "version");
  CHECK_THROWS_WITH_AS(bad.value(), "conflict: version", BadResult);
}

TEST_CASE("error codes: the numbers are the C interface's and never change") {
  CHECK(static_cast<int>(ErrorCode::invalid_argument) == 1);
  CHECK(static_cast<int>(ErrorCode::not_found) == 2);
  CHECK(static_cast<int>(ErrorCode::conflict) == 3);
  CHECK(static_cast<int>(ErrorCode::unavailable) == 4);
  CHECK(static_cast<int>(ErrorCode::corrupt) == 5);
  CHECK(static_cast<int>(ErrorCode::full) == 6);
  CHECK(static_cast<int>(ErrorCode::shutting_down) == 7);
  std::set<std::string_view> names;
  for (int n = 1; n <= 7; ++n) names.insert(to_string(static_cast<ErrorCode>(n)));
  CHECK(names.size() == 7);
  CHECK(names.count("unknown") == 0);
  CHECK(to_string(static_cast<ErrorCode>(99)) == "unknown");
}
