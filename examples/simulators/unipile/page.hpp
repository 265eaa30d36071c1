// Lists in pages: limit, before, after, cursor, as the API understands them.
#pragma once

#include "bridge.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace sessioncore::simulators::rest {

struct PageQuery {
  std::int64_t limit = 100;
  std::int64_t before_ms = INT64_MAX;  // exclusive
  std::int64_t after_ms = INT64_MIN;   // exclusive
  std::string account_id;
  std::string sender_id;
  std::string unread;
  // The key of the last item of the page before; a list is sorted by falling keys, so new items do not shift pages.
  std::int64_t last_ms = INT64_MAX;
  std::int64_t last_order = INT64_MAX;
};

struct PageKey {
  std::int64_t ms = 0;
  std::int64_t order = 0;
};

// Reads the query, or what its cursor says: with a cursor every other parameter is ignored.
PageQuery read_page_query(const ApiRequest& request);
// The cursor of the page after the item with this key.
std::string next_cursor(const PageQuery& query, PageKey last);

}  // namespace sessioncore::simulators::rest
