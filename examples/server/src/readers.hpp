/// A few read-only connections, lent to whoever answers a request.
///
/// Thread rule: any thread; waits while all of them are lent.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <sessioncore/sqlite/reader.hpp>

namespace sessioncore::server {

class Readers {
 public:
  class Lease {
   public:
    Lease(Readers& owner, std::unique_ptr<sqlite::SqliteReader> reader) : owner_(owner), reader_(std::move(reader)) {}
    ~Lease() { owner_.give_back(std::move(reader_)); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    sqlite::SqliteReader* operator->() const { return reader_.get(); }

   private:
    Readers& owner_;
    std::unique_ptr<sqlite::SqliteReader> reader_;
  };

  Readers(std::string path, sqlite::Options options) : path_(std::move(path)), options_(options) {}

  /// Throws `HttpError` 503 if the file cannot be read.
  [[nodiscard]] Lease borrow();

 private:
  void give_back(std::unique_ptr<sqlite::SqliteReader> reader);

  const std::string path_;
  const sqlite::Options options_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<sqlite::SqliteReader>> free_;
  std::size_t made_ = 0;
};

/// The value, or an `HttpError` 503 that says nothing of the inside; the log says more.
void throw_unreadable(const Error& error);
template <class T>
[[nodiscard]] T readable(Result<T> result) {
  if (!result) throw_unreadable(result.error());
  return std::move(*result);
}

}  // namespace sessioncore::server
