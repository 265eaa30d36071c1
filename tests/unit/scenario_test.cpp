// The runner of scripts: its form, and clear errors for bad input.
#include <doctest/doctest.h>

#include <sessioncore/testing/scenario.hpp>

using namespace sessioncore;
using testing::run_script;

namespace {

std::string error_of(const std::string& script) {
  const auto result = run_script(script);
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().code == ErrorCode::invalid_argument);
  return result.error().detail;
}

}  // namespace

TEST_CASE("a script comes back with the output of its commands") {
  const std::string script =
      "# a comment\n\npolicy grace_period_seconds=60\ncontact id=c1 text=\"a \\\"b\\\"\\nc\"\n----\n";
  const auto output = run_script(script);
  REQUIRE(output.has_value());
  const std::string expected = script +
                               "0s contact_message accepted 18.1/2\n"
                               "  phase none -> waiting until 60s\n"
                               "  message m1 contact s1 id=c1 \"a \\\"b\\\"\\nc\"\n"
                               "  session s1 waiting messages=1\n";
  CHECK(*output == expected);
  // What it said before is replaced, what follows stays.
  const auto again = run_script(expected + "\nsleep 5s\n----\nnonsense\nmore nonsense\n\n# the end");
  REQUIRE(again.has_value());
  CHECK(*again == expected + "\nsleep 5s\n----\nok\n\n# the end\n");
}

TEST_CASE("advance ticks at each deadline's own time, sleep does not") {
  const auto output = run_script(
      "policy grace_period_seconds=60\ncontact text=hi\nadvance 59999ms\nadvance 1h\nsleep 24h\ntick\n----\n");
  REQUIRE(output.has_value());
  CHECK(output->find("\n60s tick accepted 13.1/1 8.3/2\n") != std::string::npos);
  CHECK(output->find("\n75s tick accepted 13.4/1 14.4/+4\n") != std::string::npos);
}

TEST_CASE("bad scripts name the line and the field") {
  CHECK(error_of("contct id=c1\n----\n") == "line 1: unknown command 'contct'");
  CHECK(error_of("\n# comment\ncontact txt=x\n----\n") == "line 3: unknown field 'txt'");
  CHECK(error_of("take_over user=u1 forse\n----\n") == "line 1: unknown word 'forse'");
  CHECK(error_of("take_over\n----\n") == "line 1: user is missing");
  CHECK(error_of("send user=a user=b text=x\n----\n") == "line 1: user is given twice");
  CHECK(error_of("contact text=\"x\n----\n") == "line 1: a quote is not closed");
  CHECK(error_of("contact kind=poem\n----\n") == "line 1: kind is no kind of message: 'poem'");
  CHECK(error_of("advance\n----\n") == "line 1: duration is missing");
  CHECK(error_of("advance 5\n----\n") == "line 1: duration needs a unit (ms, s, m or h): '5'");
  CHECK(error_of("advance soon\n----\n") == "line 1: duration is no time such as 1.5s: 'soon'");
  CHECK(error_of("sleep -5s\n----\n") == "line 1: time does not run backwards");
  CHECK(error_of("sent m=x\n----\n") == "line 1: m is no number: 'x'");
  CHECK(error_of("link_closed as=gone\n----\n") == "line 1: as is none of busy, clean, failed, refused: 'gone'");
  CHECK(error_of("blacklist maybe\n----\n") == "line 1: blacklist is neither on nor off: 'maybe'");
  CHECK(error_of("policy grace=5\n----\n") == "line 1: unknown policy grace=5");
  CHECK(error_of("policy grace_period_seconds=-1\n----\n") == "line 1: grace_period_seconds must not be negative");
  CHECK(error_of("policy on_ambiguous_send=wait\n----\n") == "line 1: unknown policy on_ambiguous_send=wait");
  CHECK(error_of("tick\n\n----\n") == "line 2: ---- is missing");
  CHECK(error_of("tick") == "line 1: ---- is missing");
}

TEST_CASE("deadlines that never end are an error, not a loop") {
  CHECK(error_of("policy link_init_timeout_seconds=0.001 reconnect_attempts_max=0 queued_retry_seconds=0.001 "
                 "ai_turns_per_hour_max=999999 "
                 "ai_inactivity_seconds=0 queued_inactivity_seconds=0\ncontact text=x\nadvance 20h\n----\n") ==
        "line 3: advance: the deadlines do not end");
}
