// What is attached to a message, in either of the two naming styles. Internal to the codec.
#pragma once

#include "fields.hpp"

#include <string>

#include <sessioncore/core/event.hpp>

namespace sessioncore::unipile::codec {

struct Attachments {
  MessageKind kind = MessageKind::text;  // of the first attachment; text when there is none
  std::string description;               // compact JSON list; empty when there is none
};

// Links are left out of the description: they are no HTTP addresses, or they carry a signature; the id fetches the
// file.
[[nodiscard]] Attachments read_attachments(const Fields& message);

}  // namespace sessioncore::unipile::codec
