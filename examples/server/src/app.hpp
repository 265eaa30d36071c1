/// sessiond put together: database, adapters, runtime and HTTP server, in the order in which they need each other.
///
/// Thread rule: construct and `run` on the main thread, before any other thread was started.
#pragma once

#include "config/config.hpp"

#include <functional>
#include <memory>

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

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace sessioncore::server
