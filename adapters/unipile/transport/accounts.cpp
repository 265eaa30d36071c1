#include "sessioncore/unipile/accounts.hpp"

#include "../codec/account.hpp"
#include "attempt_watch.hpp"
#include "base_url.hpp"
#include "header_value.hpp"

#include <mutex>
#include <utility>

namespace sessioncore::unipile {
namespace {

using transport::HttpRequest;

constexpr const char* kAccounts = "/api/v1/accounts";

HttpRequest json_request(std::string path, std::string body) {
  return {"POST", std::move(path), "application/json", std::move(body)};
}

Result<std::string> account_path(const std::string& account_id) {
  if (!transport::is_segment(account_id)) return Error{ErrorCode::invalid_argument, "account_id: names no account"};
  return kAccounts + ("/" + transport::percent_encode(account_id));
}

Error error_of(const Exchange& exchange) {
  auto code = ErrorCode::unavailable;
  if (exchange.end == Exchange::End::not_allowed) code = ErrorCode::invalid_argument;
  if (exchange.end == Exchange::End::complete && exchange.status >= 400 && exchange.status < 500) {
    code = exchange.status == 404 ? ErrorCode::not_found : ErrorCode::invalid_argument;
  }
  if (exchange.status == 408 || exchange.status == 429) code = ErrorCode::unavailable;
  return {code, describe_failure(exchange)};
}

Result<void> check(const WebhookRegistration& registration) {
  const auto refuse = [](const char* what) { return Error{ErrorCode::invalid_argument, what}; };
  if (registration.source.empty()) return refuse("source: empty");
  if (registration.request_url.empty()) return refuse("request_url: empty");
  if (registration.secret.empty()) return refuse("secret: empty");
  if (!transport::is_header_name(registration.secret_header)) return refuse("secret_header: is no header name");
  if (!transport::is_header_value(registration.secret)) return refuse("secret: holds control characters");
  return {};
}

}  // namespace

class UnipileAccounts::Impl {
 public:
  explicit Impl(ClientOptions options)
      : options_(std::move(options)), checked_(unipile::check(options_)), client_(options_) {}

  // The body of a 2xx answer.
  Result<std::string> ask(const HttpRequest& request) {
    if (!checked_) return checked_.error();
    const std::lock_guard lock(mutex_);
    auto exchange = watch_.perform(client_, request, options_.total_timeout);
    const bool success = exchange.status >= 200 && exchange.status < 300;
    if (exchange.end != Exchange::End::complete || !success) return error_of(exchange);
    return std::move(exchange.body);
  }

 private:
  const ClientOptions options_;
  const Result<void> checked_;
  std::mutex mutex_;
  transport::HttpClient client_;
  transport::AttemptWatch watch_;
};

UnipileAccounts::UnipileAccounts(ClientOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
UnipileAccounts::~UnipileAccounts() = default;

Result<ConnectStep> UnipileAccounts::connect() {
  const auto answer = impl_->ask(json_request(kAccounts, codec::write_connect()));
  return answer ? codec::read_connect(*answer) : Result<ConnectStep>(answer.error());
}

Result<ConnectStep> UnipileAccounts::reconnect(const std::string& account_id) {
  const auto path = account_path(account_id);
  if (!path) return path.error();
  const auto answer = impl_->ask(json_request(*path, codec::write_connect()));
  return answer ? codec::read_connect(*answer) : Result<ConnectStep>(answer.error());
}

Result<Account> UnipileAccounts::get(const std::string& account_id) {
  const auto path = account_path(account_id);
  if (!path) return path.error();
  const auto answer = impl_->ask({"GET", *path, {}, {}});
  return answer ? codec::read_account(*answer) : Result<Account>(answer.error());
}

Result<void> UnipileAccounts::remove(const std::string& account_id) {
  const auto path = account_path(account_id);
  if (!path) return path.error();
  const auto answer = impl_->ask({"DELETE", *path, {}, {}});
  return answer ? Result<void>() : Result<void>(answer.error());
}

Result<std::string> UnipileAccounts::register_webhook(const WebhookRegistration& registration) {
  if (const auto checked = check(registration); !checked) return checked.error();
  const auto answer = impl_->ask(json_request("/api/v1/webhooks", codec::write_registration(registration)));
  return answer ? codec::read_webhook_id(*answer) : Result<std::string>(answer.error());
}

}  // namespace sessioncore::unipile
