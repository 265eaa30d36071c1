/// How many files the process may have open. Thread rule: call it before there are other threads.
#pragma once

namespace sessioncore::server {

/// Raises the limit as far as the system lets this user (`ulimit -Hn`), and logs it if it was lower: each connection,
/// stream and link to the AI takes one. The usual soft limit of 1,024 is for programs that call select(), which this is
/// not.
void raise_file_limit();

}  // namespace sessioncore::server
