/// Serves in a thread of its own for as long as the object lives. Thread rule: one thread.
#pragma once

#include "http/server.hpp"

#include <thread>

namespace sessioncore::server {

class Serving {
 public:
  /// `http` is bound and must outlive the object.
  explicit Serving(HttpServer& http) : http_(http), thread_([&http] { http.run(); }) {}
  ~Serving() {
    http_.stop();
    thread_.join();
  }
  Serving(const Serving&) = delete;
  Serving& operator=(const Serving&) = delete;

 private:
  HttpServer& http_;
  std::thread thread_;
};

}  // namespace sessioncore::server
