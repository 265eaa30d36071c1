// A stand that answers sends, some of them only once the test lets it.
#pragma once

#include "http_stand.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

namespace sessioncore::unipile::tests {

constexpr const char* kMessages = R"(/api/v1/chats/[^/]+/messages)";
constexpr const char* kMessagesOfSlow = R"(/api/v1/chats/slow[^/]*/messages)";

// Requests wait at it.
class Gate {
 public:
  void pass() {
    std::unique_lock lock(mutex_);
    ++arrived_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void wait_arrived(int count) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, std::chrono::seconds(60), [&] { return arrived_ >= count; })) {
      throw std::runtime_error("too few requests");
    }
  }
  int arrived() {
    const std::lock_guard lock(mutex_);
    return arrived_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int arrived_ = 0;
  bool open_ = false;
};

class GatedStand {
 public:
  // Sends whose path is like `held` wait at the gate.
  explicit GatedStand(const char* held) {
    http.server.new_task_queue = [] { return new httplib::ThreadPool(64); };  // one for each that waits
    http.server.Post(held, [this](const httplib::Request& request, httplib::Response& response) {
      note(request);
      gate.pass();
      create(response);
    });
    http.server.Post(kMessages, [this](const httplib::Request& request, httplib::Response& response) {
      note(request);
      create(response);
    });
  }
  ~GatedStand() { gate.open(); }  // however the test ends, nobody waits there for ever
  GatedStand(const GatedStand&) = delete;
  GatedStand& operator=(const GatedStand&) = delete;

  // What was sent, in the order it came.
  std::vector<std::string> texts() {
    const std::lock_guard lock(mutex_);
    return texts_;
  }

 private:
  void note(const httplib::Request& request) {
    const std::lock_guard lock(mutex_);
    texts_.push_back(request.get_file_value("text").content);
  }
  static void create(httplib::Response& response) {
    response.status = 201;
    response.set_content(R"({"object":"MessageSent","message_id":null})", "application/json");
  }

  std::mutex mutex_;
  std::vector<std::string> texts_;

 public:
  Gate gate;
  HttpStand http;  // last: its handlers use the others
};

}  // namespace sessioncore::unipile::tests
