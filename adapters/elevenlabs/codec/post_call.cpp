#include "codec/fields.hpp"

#include <nlohmann/json.hpp>

#include <sessioncore/elevenlabs/post_call.hpp>

namespace sessioncore::elevenlabs {

using nlohmann::json;

namespace {

/// Results of tools stand in transcripts as they came; still, what walks over them recurses.
constexpr int kReportDepthMax = 128;
constexpr std::int64_t kSecondsMax = 253'402'300'799;  // the end of the year 9999

std::optional<std::int64_t> seconds_in(const Fields& fields, const char* name) {
  const auto seconds = fields.integer(name);
  if (seconds && (*seconds < 0 || *seconds > kSecondsMax)) throw BadField{fields.at(name) + " is out of range"};
  return seconds;
}

std::optional<Instant> instant_in(const Fields& fields, const char* name) {
  const auto seconds = seconds_in(fields, name);
  return seconds ? std::optional(Instant{*seconds * 1000}) : std::nullopt;
}

/// An empty list tells no more than none.
std::optional<std::string> transcript_in(const Fields& data) {
  const json* turns = data.find("transcript");
  if (turns == nullptr) return std::nullopt;
  if (!turns->is_array()) throw BadField{data.at("transcript") + " must be a list"};
  return turns->empty() ? std::nullopt : std::optional(data.json_text("transcript"));
}

PostCall conversation_in(const Fields& report, const std::string& type) {
  const Fields data = report.inner("data");
  PostCall call;
  call.type = type;
  call.told_at = instant_in(report, "event_timestamp").value_or(Instant{});
  call.conversation_id = data.text("conversation_id");
  if (call.conversation_id.empty()) throw BadField{data.at("conversation_id") + " is empty"};
  call.agent_id = data.text_or("agent_id", "");
  call.status = data.text_or("status", "");
  call.termination_reason = data.text_or("failure_reason", "");
  call.transcript = transcript_in(data);
  if (const auto metadata = data.inner_if("metadata")) {
    call.started_at = instant_in(*metadata, "start_time_unix_secs");
    call.duration_seconds = seconds_in(*metadata, "call_duration_secs");
    if (call.termination_reason.empty()) call.termination_reason = metadata->text_or("termination_reason", "");
  }
  if (const auto analysis = data.inner_if("analysis")) {
    call.call_successful = analysis->text_or("call_successful", "");
    call.summary = analysis->text_or("transcript_summary", "");
  }
  return call;
}

PostCallReport report_in(const Fields& report) {
  const auto type = report.text("type");
  if (type == "post_call_transcription") return conversation_in(report, type);
  if (type != "call_initiation_failure") return PostCallSkipped{shown(type)};
  auto call = conversation_in(report, type);
  if (call.status.empty()) call.status = "failed";
  return call;
}

Error bad(const std::string& why) {
  return {ErrorCode::invalid_argument, why};
}

}  // namespace

Result<PostCallReport> parse_post_call(std::string_view body) {
  try {
    std::string why;
    const auto report = parse_json(body, kReportDepthMax, why);
    if (!why.empty()) return bad("the body is " + why);
    if (!report.is_object()) return bad("the body must be an object");
    return report_in(Fields(report, ""));
  } catch (const BadField& field) {
    return bad(field.why);
  } catch (const json::exception&) {
    return bad("the body is not JSON of the agreed form");
  }
}

}  // namespace sessioncore::elevenlabs
