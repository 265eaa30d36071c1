/// `POST /webhooks/elevenlabs`: what the agent's service reports after a conversation, kept for people to read.
///
/// 200: stored, or nothing to store (the header `X-Discarded` says why). 401: no signature of the service, or not of
/// this hour. 400: not a report; names the field. 404: no secret is configured. 413: too large. 503: not stored,
/// deliver it again. Nothing of it reaches the core. Thread rule: any thread; blocks until the commit.
#pragma once

#include "config/config.hpp"
#include "http/server.hpp"
#include "tenants.hpp"

#include <memory>
#include <mutex>
#include <string>

#include <sessioncore/elevenlabs/post_call.hpp>
#include <sessioncore/sqlite/agent_conversations.hpp>

namespace sessioncore::server {

class PostCallRoute {
 public:
  /// Without a secret nothing is taken; in development everything. The references must outlive the route.
  PostCallRoute(std::unique_ptr<sqlite::SqliteAgentConversations> table, const Tenants& tenants, Clock& clock,
                const ElevenLabsConfig& config, bool development);

  /// The server must not outlive this object.
  void add_to(HttpServer& server);

 private:
  void admit(const httplib::Request& request) const;
  void handle(const httplib::Request& request, httplib::Response& response);
  void check(const httplib::Request& request) const;
  void keep(const elevenlabs::PostCall& call);

  const std::string secret_;
  const bool unchecked_;
  const std::uint64_t bytes_max_;
  const elevenlabs::SignatureTolerance tolerance_;
  const Tenants& tenants_;
  Clock& clock_;
  std::mutex mutex_;
  const std::unique_ptr<sqlite::SqliteAgentConversations> table_;
};

}  // namespace sessioncore::server
