// A client of a test's stand, and what one send through it becomes.
#pragma once

#include "collector.hpp"

#include <chrono>
#include <cstddef>
#include <string>

#include <sessioncore/unipile/channel.hpp>

namespace sessioncore::unipile::tests {

// Nothing ends by its time but what a test gives a short one.
template <class Options = ChannelOptions>
Options options_for(const std::string& url) {
  constexpr Duration kNever = std::chrono::minutes(10);
  Options options;
  options.base_url = url;
  options.api_key = "key-1";
  options.connect_timeout = options.read_timeout = options.write_timeout = options.total_timeout = kNever;
  return options;
}

inline ChannelOptions options_for(const std::string& url, std::size_t workers) {
  auto options = options_for(url);
  options.workers = workers;
  return options;
}

inline Event sent_with(const ChannelOptions& options) {
  Collector collector;
  UnipileClient client(options, collector.post());
  client.send(chat_facts(), {3, 1}, "Merhaba");
  return collector.wait_for(1).front().event;
}

}  // namespace sessioncore::unipile::tests
