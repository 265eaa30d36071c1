// Options that would make the engine or the runtime do nothing, silently or for ever, are broken duties.
#include "duties_throw.hpp"
#include "engine_fakes.hpp"

#include <functional>

#include <doctest/doctest.h>

#include <sessioncore/runtime/runtime.hpp>

using namespace sessioncore;
using namespace sessioncore::testing;
using test_support::DutiesThrow;

namespace {

// The duty that is broken by this; empty: none.
std::string broken_duty(const std::function<void()>& work) {
  const DutiesThrow duties;
  try {
    work();
    return "";
  } catch (const std::logic_error& said) {
    return said.what();
  }
}

std::string refusal(void (*change)(RuntimeOptions&)) {
  RuntimeOptions options;
  change(options);
  return broken_duty([&options] { const Runtime runtime(options); });
}

std::string refusal(void (*change)(EngineOptions&)) {
  MemoryStore store;
  RecordingChannel channel;
  RecordingAgents agents;
  FixedPolicy policies;
  ManualClock clock;
  EngineOptions options;
  options.new_chat_id = [] { return ChatId("a"); };
  change(options);
  return broken_duty([&] { const Engine engine({&store, &channel, &agents, &policies, &clock, nullptr}, options); });
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("runtime: bounds of zero are refused when it is made") {
    CHECK(refusal([](RuntimeOptions&) {}).empty());
    CHECK(refusal([](RuntimeOptions& options) { options.queue_max = 0; }) == "Runtime: queue_max must be more than 0");
    CHECK(refusal([](RuntimeOptions& options) { options.batch_max = 0; }) == "Runtime: batch_max must be more than 0");
    CHECK(refusal([](RuntimeOptions& options) { options.retry_after_failure = Duration(0); }) ==
          "Runtime: retry_after_failure must be more than 0");
  }

  TEST_CASE("engine: bounds of zero, and no source of chat ids, are refused when it is made") {
    CHECK(refusal([](EngineOptions&) {}).empty());
    CHECK(refusal([](EngineOptions& options) { options.new_chat_id = nullptr; }) == "Engine: new_chat_id is missing");
    CHECK(refusal([](EngineOptions& options) { options.cache_max = 0; }) == "Engine: cache_max must be more than 0");
    CHECK(refusal([](EngineOptions& options) { options.due_max = 0; }) == "Engine: due_max must be more than 0");
    CHECK(refusal([](EngineOptions& options) { options.quarantine_max = 0; }) ==
          "Engine: quarantine_max must be more than 0");
  }

  TEST_CASE("runtime: on_error stands in one place") {
    CHECK(refusal([](RuntimeOptions& options) { options.on_error = [](const Error&) {}; }).empty());
    CHECK(refusal([](RuntimeOptions& options) { options.engine.on_error = [](const Error&) {}; }) ==
          "Runtime: on_error belongs to RuntimeOptions, not to its engine");
  }
}
