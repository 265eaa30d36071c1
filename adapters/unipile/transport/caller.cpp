#include "caller.hpp"

#include <utility>

namespace sessioncore::unipile::transport {
namespace {

ErrorCode code_of_status(int status) {
  if (status == 404) return ErrorCode::not_found;
  if (status == 408 || status == 429) return ErrorCode::unavailable;
  // 501: what the service has not learnt it will not do at the next attempt either.
  const bool refused = (status >= 400 && status < 500) || status == 501;
  return refused ? ErrorCode::invalid_argument : ErrorCode::unavailable;
}

Error error_of(const Exchange& exchange) {
  auto code = ErrorCode::unavailable;
  if (exchange.end == Exchange::End::not_allowed) code = ErrorCode::invalid_argument;
  if (exchange.end == Exchange::End::complete) code = code_of_status(exchange.status);
  return {code, describe_failure(exchange)};
}

}  // namespace

Caller::Caller(ClientOptions options)
    : options_(std::move(options)), checked_(unipile::check(options_)), client_(options_) {}

Result<std::string> Caller::ask(const HttpRequest& request) {
  if (!checked_) return checked_.error();
  const std::lock_guard lock(mutex_);
  if (stopped_) return Error{ErrorCode::shutting_down, "stopped"};
  auto exchange = perform(watch_, client_, request, options_.total_timeout);
  const bool success = exchange.status >= 200 && exchange.status < 300;
  if (exchange.end != Exchange::End::complete || !success) return error_of(exchange);
  return std::move(exchange.body);
}

void Caller::stop() {
  stopped_ = true;
  watch_.cut_all("stopped");
}

}  // namespace sessioncore::unipile::transport
