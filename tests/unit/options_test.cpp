// Options that would make the engine or the runtime do nothing, silently or for ever, are broken duties.
#include "duties_throw.hpp"
#include "engine_fakes.hpp"

#include <doctest/doctest.h>

#include <sessioncore/runtime/runtime.hpp>

using namespace sessioncore;
using namespace sessioncore::testing;
using test_support::DutiesThrow;

namespace {

// What the runtime says to options changed like this; empty: nothing.
std::string refusal(void (*change)(RuntimeOptions&)) {
  const DutiesThrow duties;
  RuntimeOptions options;
  change(options);
  try {
    const Runtime runtime(options);
    return "";
  } catch (const std::logic_error& said) {
    return said.what();
  }
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("runtime: on_error stands in one place") {
    CHECK(refusal([](RuntimeOptions& options) { options.on_error = [](const Error&) {}; }).empty());
    CHECK(refusal([](RuntimeOptions& options) { options.engine.on_error = [](const Error&) {}; }) ==
          "Runtime: on_error belongs to RuntimeOptions, not to its engine");
  }
}
