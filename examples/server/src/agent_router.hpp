/// Gives each agent of a tenant to the platform it lives on, under the name it has there.
///
/// Policies and the audit log know agents by the configuration's ids; only here do they become a provider's.
/// Thread rule: like any connector, called from the engine's thread only.
#pragma once

#include "tenants.hpp"

#include <sessioncore/engine/ports.hpp>

namespace sessioncore::server {

class AgentRouter final : public AgentConnector {
 public:
  /// All three must outlive the router. `post` reports what happens to links.
  AgentRouter(const Tenants& tenants, AgentConnector& elevenlabs, PostEvent post)
      : tenants_(tenants), elevenlabs_(elevenlabs), post_(std::move(post)) {}

  void open(const LinkId& link, const AgentId& agent, const ChatFacts& chat) override {
    const AgentConfig* config = tenants_.find_agent(chat.key.tenant, agent);
    if (config == nullptr) {
      post_(link.chat, LinkClosed{link.generation, LinkLoss::refused, "the agent is not in the configuration"});
      return;
    }
    elevenlabs_.open(link, AgentId(config->elevenlabs_agent_id), chat);
  }
  void ask(const LinkId& link, const std::string& context, const std::string& question) override {
    elevenlabs_.ask(link, context, question);
  }
  void answer_tool(const LinkId& link, const std::string& call_id, bool ok) override {
    elevenlabs_.answer_tool(link, call_id, ok);
  }
  void close(const LinkId& link) override { elevenlabs_.close(link); }

 private:
  const Tenants& tenants_;
  AgentConnector& elevenlabs_;
  PostEvent post_;
};

}  // namespace sessioncore::server
