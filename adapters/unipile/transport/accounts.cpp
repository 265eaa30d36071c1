#include "sessioncore/unipile/accounts.hpp"

#include "../codec/account.hpp"
#include "caller.hpp"
#include "header_value.hpp"
#include "path_segment.hpp"

#include <iterator>
#include <utility>

namespace sessioncore::unipile {
namespace {

using transport::HttpRequest;

constexpr const char* kAccounts = "/api/v1/accounts";
constexpr const char* kWebhooks = "/api/v1/webhooks";
constexpr int kPagesMax = 20;

HttpRequest json_request(std::string path, std::string body) {
  return {"POST", std::move(path), "application/json", std::move(body)};
}

Result<std::string> account_path(const std::string& account_id) {
  if (!transport::is_segment(account_id)) return Error{ErrorCode::invalid_argument, "account_id: names no account"};
  return kAccounts + ("/" + transport::percent_encode(account_id));
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

class UnipileAccounts::Impl : public transport::Caller {
 public:
  using Caller::Caller;
};

UnipileAccounts::UnipileAccounts(ClientOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
UnipileAccounts::~UnipileAccounts() = default;

Result<ConnectStep> UnipileAccounts::connect() {
  return impl_->ask(json_request(kAccounts, codec::write_connect()), codec::read_connect);
}

Result<ConnectStep> UnipileAccounts::reconnect(const std::string& account_id) {
  const auto path = account_path(account_id);
  if (!path) return path.error();
  return impl_->ask(json_request(*path, codec::write_connect()), codec::read_connect);
}

Result<Account> UnipileAccounts::get(const std::string& account_id) {
  const auto path = account_path(account_id);
  if (!path) return path.error();
  return impl_->ask({"GET", *path, {}, {}}, codec::read_account);
}

Result<void> UnipileAccounts::remove(const std::string& account_id) {
  const auto path = account_path(account_id);
  if (!path) return path.error();
  const auto answer = impl_->ask({"DELETE", *path, {}, {}});
  return answer ? Result<void>() : Result<void>(answer.error());
}

Result<std::string> UnipileAccounts::register_webhook(const WebhookRegistration& registration) {
  if (const auto checked = check(registration); !checked) return checked.error();
  return impl_->ask(json_request(kWebhooks, codec::write_registration(registration)), codec::read_webhook_id);
}

Result<std::vector<RegisteredWebhook>> UnipileAccounts::webhooks() {
  std::vector<RegisteredWebhook> all;
  std::string query = "?limit=100";
  for (int page = 0; page < kPagesMax && !query.empty(); ++page) {
    auto list = impl_->ask({"GET", kWebhooks + query, {}, {}}, codec::read_webhook_list);
    if (!list) return list.error();
    std::move(list->webhooks.begin(), list->webhooks.end(), std::back_inserter(all));
    query = list->cursor.empty() ? std::string() : "?cursor=" + transport::percent_encode(list->cursor);
  }
  return all;
}

Result<void> UnipileAccounts::remove_webhook(const std::string& webhook_id) {
  if (!transport::is_segment(webhook_id)) return Error{ErrorCode::invalid_argument, "webhook_id: names no webhook"};
  const auto answer = impl_->ask({"DELETE", kWebhooks + ("/" + transport::percent_encode(webhook_id)), {}, {}});
  return answer ? Result<void>() : Result<void>(answer.error());
}

void UnipileAccounts::stop() {
  impl_->stop();
}

}  // namespace sessioncore::unipile
