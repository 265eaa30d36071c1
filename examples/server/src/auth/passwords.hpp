/// Passwords as argon2id hashes.
///
/// One hash takes about 64 MiB and a tenth of a second, so only a few are worked on at the same time, however many
/// people log in. Thread rule: any thread; blocks. `sodium_init` must have been called.
#pragma once

#include <string>

namespace sessioncore::server {

/// For whoever sets a password; waits for its turn. Throws `std::bad_alloc` if the machine has not enough memory.
[[nodiscard]] std::string hash_password(const std::string& password);

/// For whoever logs in. False also for a hash that cannot be read. Throws `HttpError` 503 at once if many wait already:
/// a flood of logins must not hold the threads that take messages.
[[nodiscard]] bool password_matches(const std::string& hash, const std::string& password);
/// Takes as long as a real check and fails: so that an unknown address cannot be told from a wrong password.
void pretend_to_check(const std::string& password);

}  // namespace sessioncore::server
