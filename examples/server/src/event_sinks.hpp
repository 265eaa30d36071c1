/// Several sinks in the one place the engine has for one.
///
/// Thread rule: filled before the engine starts; then called by the engine thread alone.
#pragma once

#include <vector>

#include <sessioncore/engine/ports.hpp>

namespace sessioncore::server {

class EventSinks final : public EventSink {
 public:
  /// The sink must outlive the engine's run.
  void add(EventSink& sink);
  /// To each sink, in the order in which they were added.
  void committed(const Commit& commit) override;

 private:
  std::vector<EventSink*> sinks_;
};

}  // namespace sessioncore::server
