/// Counts what is decided: rules, outcomes, phases, links, turns and sends.
///
/// Every series is made at the start, so that counting one step takes no lock and no memory. Gauges begin with a census
/// of the database and follow the difference that each commit makes.
/// Thread rule: `begin_with` before the engine starts, `committed` in its thread; the series may be read meanwhile.
#pragma once

#include <memory>

#include <sessioncore/engine/ports.hpp>
#include <sessioncore/sqlite/census.hpp>

namespace prometheus {
class Registry;
}

namespace sessioncore::server {

class ChatMetrics final : public EventSink {
 public:
  explicit ChatMetrics(prometheus::Registry& registry);
  ~ChatMetrics() override;
  ChatMetrics(const ChatMetrics&) = delete;
  ChatMetrics& operator=(const ChatMetrics&) = delete;

  void begin_with(const sqlite::Census& census);
  void committed(const Commit& commit) override;

 private:
  struct Series;
  std::unique_ptr<Series> series_;
};

}  // namespace sessioncore::server
