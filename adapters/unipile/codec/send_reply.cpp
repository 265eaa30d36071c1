#include "fields.hpp"
#include "sessioncore/unipile/rest.hpp"

#include <algorithm>
#include <optional>

namespace sessioncore::unipile {
namespace {

using codec::Json;

// Lenient on purpose: whatever an error body looks like, the status has already said the essential.
Json lenient_object(std::string_view body) {
  try {
    return codec::parse_object(body);
  } catch (const codec::FieldError&) {
    return Json::object();
  }
}

// `errors/disconnected_account` -> `disconnected_account`; empty unless it looks like such a word.
std::string error_slug(std::string_view body) {
  auto type = codec::lenient_text(lenient_object(body), {"type"});
  constexpr std::string_view kPrefix = "errors/";
  constexpr std::size_t kLongest = 64;
  if (!type.starts_with(kPrefix) || type.size() > kLongest) return {};
  type.erase(0, kPrefix.size());
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return std::all_of(type.begin(), type.end(), fits) ? type : std::string();
}

std::optional<ProviderMessageId> message_id(std::string_view body) {
  const auto id = codec::read_object(
      body, [](const codec::Fields& fields) -> Result<std::string> { return fields.id("message_id"); });
  if (!id) return std::nullopt;  // null, missing or unusable: the echo is then recognised by its text (R3)
  return ProviderMessageId(*id);
}

bool is_success(int status) {
  return status >= 200 && status < 300;
}

SendFailure failure_of_status(int status, const std::string& slug) {
  if (slug == "disconnected_account" || slug == "disconnected_feature") return SendFailure::disconnected;
  // A gateway gave up waiting for WhatsApp, or the service for the request: the text may be on its way.
  if (status == 408 || status == 504 || slug == "request_timeout") return SendFailure::ambiguous;
  if (status == 429 || status >= 500) return SendFailure::retryable;
  return SendFailure::permanent;  // other 4xx; redirects, which are never followed
}

SendFailure failure_of(const Exchange& exchange) {
  if (exchange.end == Exchange::End::not_sent) return SendFailure::retryable;
  if (exchange.end == Exchange::End::not_allowed) return SendFailure::permanent;
  if (exchange.status < 200) return SendFailure::ambiguous;
  return failure_of_status(exchange.status, error_slug(exchange.body));
}

}  // namespace

std::string describe_failure(const Exchange& exchange) {
  if (exchange.status == 0) return exchange.note.empty() ? "no answer" : exchange.note;
  auto text = "HTTP " + std::to_string(exchange.status);
  if (const auto slug = error_slug(exchange.body); !slug.empty()) text += " " + slug;
  if (!exchange.note.empty()) text += " (" + exchange.note + ")";
  return text;
}

Event read_send_reply(const SendId& send, const Exchange& exchange) {
  // The status line alone decides: an answer that is cut off after "201 Created" still means sent.
  if (is_success(exchange.status)) {
    SendSucceeded succeeded;
    succeeded.send = send;
    succeeded.provider_id = message_id(exchange.body);
    return succeeded;
  }
  SendFailed failed;
  failed.send = send;
  failed.failure = failure_of(exchange);
  failed.detail = describe_failure(exchange);
  return failed;
}

}  // namespace sessioncore::unipile
