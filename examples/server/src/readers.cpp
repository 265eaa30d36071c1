#include "readers.hpp"

#include "http/reply.hpp"
#include "log.hpp"

namespace sessioncore::server {

namespace {

constexpr std::size_t kReadersMax = 8;

}  // namespace

Readers::Lease Readers::borrow() {
  std::unique_lock lock(mutex_);
  returned_.wait(lock, [this] { return !free_.empty() || made_ < kReadersMax; });
  if (!free_.empty()) {
    auto reader = std::move(free_.back());
    free_.pop_back();
    return {*this, std::move(reader)};
  }
  auto opened = sqlite::SqliteReader::open(path_, options_);
  if (!opened) throw_unreadable(opened.error());
  ++made_;
  return {*this, std::move(*opened)};
}

void Readers::give_back(std::unique_ptr<sqlite::SqliteReader> reader) {
  {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(reader));
  }
  returned_.notify_one();
}

void throw_unreadable(const Error& error) {
  log::error("database.unreadable", {{"code", std::string(to_string(error.code))}, {"detail", error.detail}});
  throw unavailable("the database cannot be read now");
}

}  // namespace sessioncore::server
