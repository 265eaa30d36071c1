// The webhook after a conversation, signed and sent as the service does it.

#include "post_call.hpp"

#include "agent_stage.hpp"
#include "option_fields.hpp"

#include <array>
#include <cstdio>

#include <httplib.h>
#include <nlohmann/json.hpp>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace sessioncore::simulators {

using nlohmann::json;

namespace {

constexpr time_t kTimeoutSeconds = 30;
constexpr std::size_t kPieceBytes = 4096;

std::string sign(const std::string& secret, std::int64_t seconds, const std::string& body) {
  const auto time = std::to_string(seconds);
  const auto message = time + "." + body;
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(message.data()), message.size(), mac.data(), &size);
  std::string header = "t=" + time + ",v0=";
  for (unsigned int n = 0; n < size; ++n) {
    std::array<char, 3> hex{};
    std::snprintf(hex.data(), hex.size(), "%02x", mac[n]);
    header += hex.data();
  }
  return header;
}

json data_of(const Conversation& conversation, const PostCallPlan& plan) {
  json data;
  if (plan.type == "post_call_audio") {
    data = {{"agent_id", conversation.identity().agent_id},
            {"conversation_id", conversation.identity().id},
            {"full_audio", "SUQzBAAAAAAAAA=="}};
  } else if (plan.type == "call_initiation_failure") {
    data = {{"agent_id", conversation.identity().agent_id},
            {"conversation_id", conversation.identity().id},
            {"failure_reason", "busy"},
            {"metadata", {{"type", "sip"}, {"body", json::object()}}}};
  } else {
    data = conversation.rest_view();
    data["analysis"] = {{"call_successful", "success"},
                        {"transcript_summary", "The conversation in one sentence."},
                        {"evaluation_criteria_results", json::object()},
                        {"data_collection_results", json::object()}};
    if (!plan.transcript) data.erase("transcript");
  }
  data.merge_patch(json::parse(plan.data));
  return data;
}

// The service's large reports come without a length.
httplib::Result post(httplib::Client& client, const std::string& path, const httplib::Headers& headers,
                     const std::string& body, bool chunked) {
  if (!chunked) return client.Post(path, headers, body, "application/json");
  const auto provide = [&body](std::size_t offset, httplib::DataSink& sink) {
    if (offset < body.size()) sink.write(body.data() + offset, std::min(kPieceBytes, body.size() - offset));
    if (offset + kPieceBytes >= body.size()) sink.done();
    return true;
  };
  return client.Post(path, headers, provide, "application/json");
}

}  // namespace

json send_post_call(const Conversation& conversation, const PostCallPlan& plan) {
  const auto scheme_end = plan.url.find("://");
  const auto path_at = scheme_end == std::string::npos ? std::string::npos : plan.url.find('/', scheme_end + 3);
  if (plan.url.rfind("http://", 0) != 0 || path_at == std::string::npos) {
    throw BadInput("url must be http://host:port/path");
  }
  const auto seconds = wall_clock_ms() / 1000 - plan.age_seconds;
  const auto body =
      dump_json({{"type", plan.type}, {"event_timestamp", seconds}, {"data", data_of(conversation, plan)}});
  const auto signature = sign(plan.secret, seconds, body);
  httplib::Client client(plan.url.substr(0, path_at));
  client.set_connection_timeout(kTimeoutSeconds);
  client.set_read_timeout(kTimeoutSeconds);
  const auto answer = post(client, plan.url.substr(path_at), {{"ElevenLabs-Signature", signature}}, body, plan.chunked);
  return {{"status", answer ? answer->status : 0},
          {"answer", answer ? answer->body : httplib::to_string(answer.error())},
          {"signature", signature},
          {"body", body}};
}

}  // namespace sessioncore::simulators
