#include "auth/users.hpp"

#include "auth/passwords.hpp"
#include "config/people.hpp"
#include "must.hpp"
#include "readers.hpp"

namespace sessioncore::server {

void Users::create_absent(const Config& config, Instant now) {
  const std::lock_guard lock(mutex_);
  for (const UserConfig& user : config.users) {
    // Looked up first, because hashing takes its time.
    if (must(table_->find_user_by_email(user.email))) continue;
    (void)must(table_->create_user_if_absent(
        {user.email, user.name, user.role, user.tenant, hash_password(user.password), now}));
  }
}

std::optional<Person> Users::find(const std::string& email) {
  const std::lock_guard lock(mutex_);
  auto found = readable(table_->find_user_by_email(email));
  if (!found) return std::nullopt;
  return Person{user_id_of(found->email), found->tenant, found->name, found->email, found->role, found->password_hash};
}

}  // namespace sessioncore::server
