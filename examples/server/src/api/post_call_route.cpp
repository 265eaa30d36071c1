#include "api/post_call_route.hpp"

#include "http/reply.hpp"
#include "log.hpp"

#include <nlohmann/json.hpp>

namespace sessioncore::server {

namespace {

constexpr const char* kPath = "/webhooks/elevenlabs";

elevenlabs::SignatureTolerance tolerance_of(const ElevenLabsConfig& config) {
  using std::chrono::ceil;
  using std::chrono::seconds;
  return {ceil<seconds>(config.webhook_past_tolerance), ceil<seconds>(config.webhook_future_tolerance)};
}

HttpError unauthorized(const httplib::Request& request, std::string_view why) {
  log::warn("post_call.refused", {{"from", request.remote_addr}, {"why", std::string(why)}});
  return {401, "unauthorized", std::string("the header ") + elevenlabs::kSignatureHeader + " is " + std::string(why)};
}

std::string_view name_of(sqlite::Reported what) {
  switch (what) {
    case sqlite::Reported::added: return "added";
    case sqlite::Reported::updated: return "updated";
    case sqlite::Reported::unchanged: break;
  }
  return "unchanged";
}

}  // namespace

PostCallRoute::PostCallRoute(std::unique_ptr<sqlite::SqliteAgentConversations> table, const Tenants& tenants,
                             Clock& clock, const ElevenLabsConfig& config, bool development)
    : secret_(config.webhook_secret),
      unchecked_(secret_.empty() && development),
      bytes_max_(config.webhook_bytes_max),
      tolerance_(tolerance_of(config)),
      tenants_(tenants),
      clock_(clock),
      table_(std::move(table)) {}

void PostCallRoute::add_to(HttpServer& server) {
  PostOptions options{[this](const httplib::Request& in) { admit(in); }, bytes_max_};
  server.Post(kPath, std::move(options),
              [this](const httplib::Request& in, httplib::Response& out) { handle(in, out); });
}

/// What cannot become right by its body is refused without reading that.
void PostCallRoute::admit(const httplib::Request& request) const {
  if (unchecked_) return;
  if (secret_.empty())
    throw not_found("reports after conversations are not taken: elevenlabs.webhook_secret is not set");
  const auto count = request.get_header_value_count(elevenlabs::kSignatureHeader);
  if (count == 0) throw unauthorized(request, "missing");
  if (count > 1) throw unauthorized(request, "there more than once");
}

void PostCallRoute::check(const httplib::Request& request) const {
  if (unchecked_) return;
  const auto header = request.get_header_value(elevenlabs::kSignatureHeader);
  switch (elevenlabs::check_signature(header, request.body, secret_, clock_.now(), tolerance_)) {
    case elevenlabs::SignatureCheck::good: return;
    case elevenlabs::SignatureCheck::malformed: throw unauthorized(request, "malformed");
    case elevenlabs::SignatureCheck::wrong: throw unauthorized(request, "wrong");
    case elevenlabs::SignatureCheck::too_old: throw unauthorized(request, "too old");
    case elevenlabs::SignatureCheck::in_the_future: throw unauthorized(request, "of the future");
  }
}

void PostCallRoute::handle(const httplib::Request& request, httplib::Response& response) {
  check(request);
  const auto report = elevenlabs::parse_post_call(request.body);
  if (!report) throw bad_request(report.error().detail);
  if (const auto* call = std::get_if<elevenlabs::PostCall>(&*report)) {
    keep(*call);
  } else {
    log::debug("post_call.discarded", {{"type", std::get<elevenlabs::PostCallSkipped>(*report).type}});
    response.set_header("X-Discarded", "not_kept");
  }
  reply_json(response, {{"status", "received"}});
}

void PostCallRoute::keep(const elevenlabs::PostCall& call) {
  sqlite::AgentConversation row;
  row.conversation_id = call.conversation_id;
  row.agent_id = call.agent_id;
  row.tenant = tenants_.owner_of_agent(call.agent_id);
  row.status = call.status;
  row.call_successful = call.call_successful;
  row.summary = call.summary;
  row.termination_reason = call.termination_reason;
  row.started_at = call.started_at;
  row.duration_seconds = call.duration_seconds;
  row.transcript = call.transcript;
  row.told_at = call.told_at;
  row.received_at = clock_.now();
  const auto stored = [&] {
    const std::lock_guard lock(mutex_);
    return table_->store(row);
  }();
  if (!stored) {
    const Error& error = stored.error();
    log::warn("post_call.not_stored", {{"code", std::string(to_string(error.code))}, {"detail", error.detail}});
    throw unavailable("not stored, deliver it again");
  }
  log::debug("post_call.stored", {{"what", std::string(name_of(*stored))}});
}

}  // namespace sessioncore::server
