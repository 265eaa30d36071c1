#include "caller.hpp"

#include <utility>

namespace sessioncore::unipile::transport {
namespace {

Error error_of(const Exchange& exchange) {
  auto code = ErrorCode::unavailable;
  if (exchange.end == Exchange::End::not_allowed) code = ErrorCode::invalid_argument;
  if (exchange.end == Exchange::End::complete && exchange.status >= 400 && exchange.status < 500) {
    code = exchange.status == 404 ? ErrorCode::not_found : ErrorCode::invalid_argument;
  }
  if (exchange.status == 408 || exchange.status == 429) code = ErrorCode::unavailable;
  return {code, describe_failure(exchange)};
}

}  // namespace

Caller::Caller(ClientOptions options)
    : options_(std::move(options)), checked_(unipile::check(options_)), client_(options_) {}

Result<std::string> Caller::ask(const HttpRequest& request) {
  if (!checked_) return checked_.error();
  const std::lock_guard lock(mutex_);
  if (stopped_) return Error{ErrorCode::shutting_down, "stopped"};
  auto exchange = watch_.perform(client_, request, options_.total_timeout);
  const bool success = exchange.status >= 200 && exchange.status < 300;
  if (exchange.end != Exchange::End::complete || !success) return error_of(exchange);
  return std::move(exchange.body);
}

void Caller::stop() {
  stopped_ = true;
  watch_.cut_off_all("stopped");
}

}  // namespace sessioncore::unipile::transport
