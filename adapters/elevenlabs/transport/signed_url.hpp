/// Asks the REST API for the URL of a new conversation, on a few threads of its own.
///
/// Thread rule: any thread. `done` runs on a worker.
#pragma once

#include "../../shared/exchange_watch.hpp"
#include "transport/web_sockets.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <sessioncore/core/event.hpp>

namespace sessioncore::elevenlabs {

struct SignedUrlOptions {
  std::string base_url;
  std::string api_key;
  std::string ca_file;
  Proxy proxy;
  std::chrono::milliseconds connect_timeout{5000};
  std::chrono::milliseconds request_timeout{8000};
  std::size_t workers = 16;
  std::size_t max_pending = 2000;
};

struct SignedUrl {
  std::optional<std::string> url;  ///< opaque, and a secret: it admits whoever holds it
  LinkLoss loss = LinkLoss::failed;
  std::string detail;  ///< why there is none
};

class SignedUrls {
 public:
  using Done = std::function<void(SignedUrl answer)>;
  using Wanted = std::shared_ptr<const std::atomic<bool>>;

  explicit SignedUrls(const SignedUrlOptions& options);
  ~SignedUrls();
  SignedUrls(const SignedUrls&) = delete;
  SignedUrls& operator=(const SignedUrls&) = delete;

  /// False if too many wait already. A request that nobody wants any more when its turn comes is skipped silently.
  [[nodiscard]] bool fetch(std::string agent, Wanted wanted, Done done);
  /// Breaks off what is under way and joins the threads. A name that is being looked up is waited for.
  void stop();

 private:
  struct Job {
    std::string agent;
    Wanted wanted;
    Done done;
  };
  class Client;

  void work(Client& client);

  const std::size_t max_pending_;
  const std::chrono::milliseconds request_timeout_;
  std::mutex stop_mutex_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;   ///< guarded by mutex_
  bool stopping_ = false;  ///< guarded by mutex_
  adapters::ExchangeWatch watch_;
  std::vector<std::unique_ptr<Client>> clients_;  ///< one for each thread
  std::vector<std::thread> threads_;
};

}  // namespace sessioncore::elevenlabs
