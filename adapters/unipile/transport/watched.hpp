// An exchange that ends in time. Internal to the transport.
#pragma once

#include "../../shared/exchange_watch.hpp"
#include "http_client.hpp"

#include <chrono>
#include <utility>

namespace sessioncore::unipile::transport {

[[nodiscard]] inline Exchange perform(adapters::ExchangeWatch& watch, HttpClient& client, const HttpRequest& request,
                                      std::chrono::milliseconds limit,
                                      adapters::ExchangeWatch::Unwanted unwanted = {}) {
  const auto cut = [&client](const char* why) { client.cut_off(why); };
  return watch.during(
      limit, cut, [&] { return client.perform(request); }, std::move(unwanted));
}

}  // namespace sessioncore::unipile::transport
