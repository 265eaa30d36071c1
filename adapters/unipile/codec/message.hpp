// A message as webhook and list have it under different names. Internal to the codec.
#pragma once

#include "fields.hpp"

#include <sessioncore/core/event.hpp>

namespace sessioncore::unipile::codec {

struct MessageNames {
  const char* id;
  const char* text;
};
inline constexpr MessageNames kWebhookNames{"message_id", "message"};
inline constexpr MessageNames kListNames{"id", "text"};

[[nodiscard]] InboundMessage read_message(const Fields& fields, const MessageNames& names);

// Neither text nor attachment: nothing that a person could read or answer (S7.1, R15).
[[nodiscard]] bool has_content(const InboundMessage& message);

}  // namespace sessioncore::unipile::codec
