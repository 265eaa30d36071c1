/// The people who may log in, kept in the database. A user's id is made of the e-mail address (`user_id_of`).
///
/// Thread rule: any thread.
#pragma once

#include "config/config.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <sessioncore/sqlite/users.hpp>

namespace sessioncore::server {

struct Person {
  UserId id;
  TenantId tenant;
  std::string name;
  std::string email;
  std::string role;
  std::string password_hash;
};

class Users {
 public:
  explicit Users(std::unique_ptr<sqlite::SqliteUsers> table) : table_(std::move(table)) {}

  /// Creates the users of the configuration that do not exist yet; leaves the others as they are. Their tenants must
  /// exist. Throws std::runtime_error if the database refuses.
  void create_absent(const Config& config, Instant now);
  /// Throws `HttpError` 503 if the database cannot be read.
  [[nodiscard]] std::optional<Person> find(const std::string& email);

 private:
  std::mutex mutex_;
  std::unique_ptr<sqlite::SqliteUsers> table_;
};

}  // namespace sessioncore::server
