/// Counts requests by route, and what became of webhooks and logins. Thread rule: any thread.
#pragma once

#include "http/request_report.hpp"

#include <memory>

namespace prometheus {
class Registry;
}

namespace sessioncore::server {

class HttpMetrics {
 public:
  explicit HttpMetrics(prometheus::Registry& registry);
  ~HttpMetrics();
  HttpMetrics(const HttpMetrics&) = delete;
  HttpMetrics& operator=(const HttpMetrics&) = delete;

  void answered(const RequestReport& report);

 private:
  struct Series;
  std::unique_ptr<Series> series_;
};

}  // namespace sessioncore::server
