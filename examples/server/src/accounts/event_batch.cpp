#include "accounts/event_batch.hpp"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

namespace sessioncore::server {

struct EventBatch::Shared {
  std::mutex mutex;
  std::condition_variable answered;
  std::size_t open = 0;
  std::optional<Error> error;

  void finish(const Error* problem) {
    const std::lock_guard lock(mutex);
    --open;
    if (problem != nullptr && problem->code != ErrorCode::not_found && !error) error = *problem;
    answered.notify_all();
  }
};

EventBatch::EventBatch(Runtime& runtime) : runtime_(runtime), shared_(std::make_shared<Shared>()) {}

void EventBatch::add(std::variant<ChatId, ChatFacts> chat, Event event) {
  {
    const std::lock_guard lock(shared_->mutex);
    ++shared_->open;
  }
  const auto done = [shared = shared_](const Result<Reply>& reply) {
    shared->finish(reply ? nullptr : &reply.error());
  };
  const auto taken = runtime_.post({std::move(chat), std::move(event), done});
  if (!taken) shared_->finish(&taken.error());
}

Result<void> EventBatch::wait() {
  std::unique_lock lock(shared_->mutex);
  shared_->answered.wait(lock, [this] { return shared_->open == 0; });
  if (!shared_->error) return {};
  return *std::exchange(shared_->error, std::nullopt);
}

}  // namespace sessioncore::server
