/// Everything `GET /metrics` shows. No series holds an id, a number or a name of a chat, a contact or a tenant.
///
/// Thread rule: any thread, but see `ChatMetrics`.
#pragma once

#include "metrics/chat_metrics.hpp"
#include "metrics/http_metrics.hpp"

#include <memory>
#include <string>

#include <sessioncore/runtime/runtime.hpp>

namespace sessioncore::server {

class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  [[nodiscard]] ChatMetrics& chats();
  [[nodiscard]] HttpMetrics& http();
  /// One transaction of the store; in the engine's thread.
  void stored(const BatchStats& batch);
  /// The text format, version 0.0.4.
  [[nodiscard]] std::string text(const RuntimeStats& runtime);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

inline constexpr const char* kMetricsContentType = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace sessioncore::server
