/// What happens at the provider's stand-in, and what it saw, for tests about accounts.
#pragma once

#include "support/server_fixture.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace e2e {

/// Throws if the stand-in refuses.
json control(const ServerFixture& server, const std::string& path, const json& body = json::object());
void account_turns(const ServerFixture& server, const std::string& status, const std::string& account = "acc_1");
/// The texts that went out in a chat through the API, in order, as the contact sees them.
[[nodiscard]] std::vector<std::string> sent_in(const ServerFixture& server, const std::string& provider_chat);
/// The stand-in's own API, as a customer of the provider.
[[nodiscard]] JsonClient provider_api(const ServerFixture& server);
/// The time so long ago, as the provider writes it.
[[nodiscard]] std::string ago(std::chrono::seconds time);
[[nodiscard]] inline bool eventually(const std::function<bool()>& condition) {
  return sessioncore::story::wait_until(std::chrono::seconds(30), condition);
}

}  // namespace e2e
