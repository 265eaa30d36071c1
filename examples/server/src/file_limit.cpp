#include "file_limit.hpp"

#include "log.hpp"

#include <cerrno>
#include <cstring>
#include <string>

#include <sys/resource.h>

namespace sessioncore::server {

void raise_file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  if (limit.rlim_cur == limit.rlim_max) return;
  const auto before = limit.rlim_cur;
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) == 0) {
    log::info("files.limit", {{"from", std::to_string(before)}, {"to", std::to_string(limit.rlim_max)}});
  } else {
    log::warn("files.limit", {{"stays", std::to_string(before)}, {"detail", std::strerror(errno)}});
  }
}

}  // namespace sessioncore::server
