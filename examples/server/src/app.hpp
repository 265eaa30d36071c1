/// sessiond put together: database, adapters, runtime and HTTP server, in the order in which they need each other.
///
/// Thread rule: construct and `run` on the main thread, before any other thread was started.
#pragma once

#include "config/config.hpp"
#include "http/route_name.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace sessioncore::server {

class App {
 public:
  /// Reads the configuration again; throws `ConfigError`.
  using LoadConfig = std::function<Config()>;

  /// Opens and checks everything; throws std::runtime_error with what is wrong.
  App(const Config& config, LoadConfig load_again);
  ~App();
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  /// Serves until SIGTERM or SIGINT, then finishes what was taken. SIGHUP reads the configuration again. Returns the
  /// exit code.
  [[nodiscard]] int run();
  /// Every route of the HTTP server.
  [[nodiscard]] const std::vector<RouteName>& routes() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace sessioncore::server
