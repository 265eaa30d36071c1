/// The webhook after a conversation: whose it is, and what it says.
#include <string>

#include <doctest/doctest.h>

#include <sessioncore/elevenlabs/post_call.hpp>

using namespace sessioncore;
using namespace sessioncore::elevenlabs;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

// Computed elsewhere, and accepted by the service's own library.
constexpr const char* kSecret = "whsec_test";
constexpr const char* kTime = "t=1760000000";
constexpr const char* kMac = "v0=63111339829ce933de39ffa7d5c4d0fdf2f887129d98c0127693a7da8338ac8b";
constexpr const char* kBody =
    R"({"type":"post_call_transcription","event_timestamp":1760000000,"data":{"agent_id":"agent_1",)"
    R"("conversation_id":"conv_1","status":"done"}})";
constexpr Instant kSigned{1'760'000'000'000};

std::string both() {
  return std::string(kTime) + "," + kMac;
}

SignatureCheck check(const std::string& header, Instant now = kSigned, const std::string& body = kBody,
                     const std::string& secret = kSecret, const SignatureTolerance& tolerance = {}) {
  return check_signature(header, body, secret, now, tolerance);
}

PostCall call(const std::string& body) {
  auto report = parse_post_call(body);
  REQUIRE_MESSAGE(report.has_value(), (report ? "" : report.error().detail));
  REQUIRE(std::holds_alternative<PostCall>(*report));
  return std::get<PostCall>(*std::move(report));
}

std::string fault(const std::string& body) {
  const auto report = parse_post_call(body);
  REQUIRE_FALSE(report.has_value());
  CHECK(report.error().code == ErrorCode::invalid_argument);
  return report.error().detail;
}

std::string with_data(const std::string& fields) {
  return R"({"type":"post_call_transcription","data":{"conversation_id":"conv_1",)" + fields + "}}";
}

}  // namespace

TEST_CASE("a signature of the service is right, in either order and among parts that are not known") {
  CHECK(check(both()) == SignatureCheck::good);
  CHECK(check(std::string(kMac) + "," + kTime) == SignatureCheck::good);
  CHECK(check(std::string(" ") + kTime + " , v1=later, " + kMac + " ") == SignatureCheck::good);
  // While a secret is being changed, both sign.
  CHECK(check(std::string(kTime) + ",v0=" + std::string(64, 'a') + "," + kMac) == SignatureCheck::good);
}

TEST_CASE("a signature over anything else is wrong") {
  CHECK(check(both(), kSigned, std::string(kBody) + " ") == SignatureCheck::wrong);
  CHECK(check(both(), kSigned, "") == SignatureCheck::wrong);
  CHECK(check(both(), kSigned, kBody, "whsec_other") == SignatureCheck::wrong);
  CHECK(check(both(), kSigned, kBody, "") == SignatureCheck::wrong);
  CHECK(check(std::string("t=1760000001,") + kMac) == SignatureCheck::wrong);
  CHECK(check(std::string("t=01760000000,") + kMac) == SignatureCheck::wrong);
  auto changed = both();
  changed.back() = changed.back() == '0' ? '1' : '0';
  CHECK(check(changed) == SignatureCheck::wrong);
}

TEST_CASE("the time of a signature is bounded on both sides") {
  CHECK(check(both(), kSigned + minutes(30)) == SignatureCheck::good);
  CHECK(check(both(), kSigned + minutes(30) + Duration(1)) == SignatureCheck::too_old);
  CHECK(check(both(), kSigned - minutes(5)) == SignatureCheck::good);
  CHECK(check(both(), kSigned - minutes(5) - Duration(1)) == SignatureCheck::in_the_future);
  const SignatureTolerance own{hours(2), seconds(0)};
  CHECK(check(both(), kSigned + hours(2), kBody, kSecret, own) == SignatureCheck::good);
  CHECK(check(both(), kSigned - Duration(1), kBody, kSecret, own) == SignatureCheck::in_the_future);
  // Nobody learns anything about our clock without the secret.
  CHECK(check(both(), kSigned + hours(9), kBody, "whsec_other") == SignatureCheck::wrong);
}

TEST_CASE("headers that are no signature are told apart from wrong ones") {
  const std::string mac = kMac;
  const std::string time = kTime;
  for (const auto& header :
       {std::string(), std::string(","), mac, time, time + "," + time + "," + mac, time + ",v0=", "t=," + mac,
        "t=-1," + mac, "t=+1," + mac, "t=1e9," + mac, "t=9999999999999999999," + mac, time + "," + mac + "0",
        time + "," + mac.substr(0, mac.size() - 1) + "g", time + ",v0=" + std::string(62, '0') + " 1",
        time + "," + mac + "," + std::string(2000, 'x')}) {
    CAPTURE(header);
    CHECK(check(header) == SignatureCheck::malformed);
  }
  CHECK(to_string(SignatureCheck::malformed) == "malformed");
  CHECK(to_string(SignatureCheck::too_old) == "too_old");
}

TEST_CASE("a conversation with everything the service tells") {
  const auto told = call(R"({"type":"post_call_transcription","event_timestamp":1760000100,"new":[1],"data":{
      "agent_id":"agent_1","conversation_id":"conv_1","status":"done","user_id":"chat","has_audio":false,
      "transcript":[{"role":"user","message":"Merhaba \u00e7","time_in_call_secs":1}],
      "metadata":{"start_time_unix_secs":1760000000,"call_duration_secs":"95","termination_reason":"ended","cost":3},
      "analysis":{"call_successful":"success","transcript_summary":"Asked for the hours."}}})");
  CHECK(told.type == "post_call_transcription");
  CHECK(told.told_at == Instant{1'760'000'100'000});
  CHECK(told.conversation_id == "conv_1");
  CHECK(told.agent_id == "agent_1");
  CHECK(told.status == "done");
  CHECK(told.call_successful == "success");
  CHECK(told.summary == "Asked for the hours.");
  CHECK(told.termination_reason == "ended");
  CHECK(told.started_at == Instant{1'760'000'000'000});
  CHECK(told.duration_seconds == 95);
  CHECK(told.transcript == R"([{"message":"Merhaba ç","role":"user","time_in_call_secs":1}])");
}

TEST_CASE("a conversation of which the service tells little") {
  CHECK(call(kBody).told_at == kSigned);
  CHECK_FALSE(call(kBody).transcript.has_value());
  const auto told = call(with_data(R"("transcript":[],"metadata":null,"analysis":{"transcript_summary":null})"));
  CHECK_FALSE(told.transcript.has_value());
  CHECK_FALSE(told.started_at.has_value());
  CHECK(told.summary.empty());
  CHECK(told.told_at == Instant{});
}

TEST_CASE("half a character, as is left of an emoji that was cut, costs no report") {
  const auto told =
      call(with_data(R"("transcript":[{"message":"\ud83d"}],"analysis":{"transcript_summary":"x \ude00"})"));
  CHECK(told.summary == "x \xEF\xBF\xBD");
  CHECK(told.transcript == "[{\"message\":\"\xEF\xBF\xBD\"}]");
}

TEST_CASE("a call that could not begin is a failed conversation") {
  const auto told = call(R"({"type":"call_initiation_failure","event_timestamp":1760000000,
      "data":{"agent_id":"agent_1","conversation_id":"conv_1","failure_reason":"busy","metadata":{"type":"sip"}}})");
  CHECK(told.type == "call_initiation_failure");
  CHECK(told.status == "failed");
  CHECK(told.termination_reason == "busy");
}

TEST_CASE("recordings and types that are not known are passed over, whatever they hold") {
  for (const auto* type : {"post_call_audio", "answering_machine_detection", "a new one"}) {
    const auto report = parse_post_call(std::string(R"({"type":")") + type + R"(","data":[1]})");
    REQUIRE(report.has_value());
    CHECK(std::get<PostCallSkipped>(*report).type == type);
  }
}

TEST_CASE("what is wrong is named") {
  CHECK(fault("") == "the body is not JSON");
  CHECK(fault("{") == "the body is not JSON");
  CHECK(fault("[]") == "the body must be an object");
  CHECK(fault(std::string(400, '[') + std::string(400, ']')) == "the body is nested deeper than 128");
  CHECK(fault("{}") == "type is missing");
  CHECK(fault(R"({"type":7})") == "type must be a string");
  CHECK(fault(R"({"type":"post_call_transcription"})") == "data is missing");
  CHECK(fault(R"({"type":"post_call_transcription","data":[]})") == "data must be an object");
  CHECK(fault(R"({"type":"post_call_transcription","data":{}})") == "data.conversation_id is missing");
  CHECK(fault(R"({"type":"call_initiation_failure","data":{"conversation_id":""}})") ==
        "data.conversation_id is empty");
  CHECK(fault(R"({"type":"post_call_transcription","event_timestamp":"x","data":{"conversation_id":"c"}})") ==
        "event_timestamp must be an integer");
  CHECK(fault(with_data(R"("agent_id":1)")) == "data.agent_id must be a string");
  CHECK(fault(with_data(R"("transcript":{})")) == "data.transcript must be a list");
  CHECK(fault(with_data(R"("metadata":[])")) == "data.metadata must be an object");
  CHECK(fault(with_data(R"("metadata":{"start_time_unix_secs":-1})")) ==
        "data.metadata.start_time_unix_secs is out of range");
  CHECK(fault(with_data(R"("metadata":{"call_duration_secs":1.5})")) ==
        "data.metadata.call_duration_secs must be an integer");
  CHECK(fault(with_data(R"("analysis":{"call_successful":true})")) == "data.analysis.call_successful must be a string");
}

TEST_CASE("damaged reports are refused or understood") {
  const std::string whole = with_data(R"("transcript":[{"role":"user"}],"metadata":{"call_duration_secs":1})");
  for (std::size_t length = 0; length < whole.size(); ++length) {
    CHECK_FALSE(parse_post_call(whole.substr(0, length)).has_value());
  }
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const char byte : std::string("\0{}[]\",:0-e\\\xff", 13)) {
      auto damaged = whole;
      damaged[at] = byte;
      const auto report = parse_post_call(damaged);
      if (!report) CHECK_FALSE(report.error().detail.empty());
    }
  }
}
