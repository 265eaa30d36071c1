#include "health/store_probe.hpp"

#include "database_options.hpp"

#include <memory>

#include <sessioncore/sqlite/probe.hpp>

namespace sessioncore::server {

std::function<Result<void>()> store_probe(const std::string& database) {
  return [database, probe = std::shared_ptr<sqlite::SqliteProbe>()]() mutable -> Result<void> {
    if (!probe) {
      auto opened = sqlite::SqliteProbe::open(database, probe_options());
      if (!opened) return opened.error();
      probe = std::move(*opened);
    }
    return probe->commit();
  };
}

}  // namespace sessioncore::server
