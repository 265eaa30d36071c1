// Asks for the messages that the account sent in a chat. Internal to the transport.
#pragma once

#include "http_client.hpp"

#include <functional>
#include <vector>

#include <sessioncore/core/event.hpp>

namespace sessioncore::unipile::transport {

using Perform = std::function<Exchange(const HttpRequest&)>;

struct SentList {
  std::vector<SelfMessage> messages;  // oldest first
  std::string problem;                // why there may be more; empty: all is here
};

// `chat_id` is Unipile's. Follows a few pages and then gives up: whoever asks looks for something recent.
[[nodiscard]] SentList list_sent(const Perform& perform, const std::string& chat_id, Instant since);

}  // namespace sessioncore::unipile::transport
