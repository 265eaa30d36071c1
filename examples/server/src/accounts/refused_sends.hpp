/// Notices sends that the provider refused because the account is disconnected: then its state is worth a question.
///
/// Thread rule: the engine's thread.
#pragma once

#include <functional>

#include <sessioncore/engine/ports.hpp>

namespace sessioncore::server {

class RefusedSends final : public EventSink {
 public:
  /// `noticed` must not block.
  explicit RefusedSends(std::function<void(const TenantId&)> noticed) : noticed_(std::move(noticed)) {}

  void committed(const Commit& commit) override {
    const auto* failed = std::get_if<SendFailed>(&commit.decision.event);
    if (failed != nullptr && failed->failure == SendFailure::disconnected) noticed_(commit.facts.key.tenant);
  }

 private:
  const std::function<void(const TenantId&)> noticed_;
};

}  // namespace sessioncore::server
