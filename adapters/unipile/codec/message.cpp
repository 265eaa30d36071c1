#include "message.hpp"

#include "attachments.hpp"
#include "timestamp.hpp"

#include <sessioncore/core/blank.hpp>

namespace sessioncore::unipile::codec {
namespace {

// 0 if it cannot be read: refusing the message for it would lose what somebody wrote.
Instant read_time(const Fields& fields) {
  const auto* value = fields.find("timestamp");
  if (value == nullptr || !value->is_string()) return Instant{};
  return parse_timestamp(value->get_ref<const std::string&>()).value_or(Instant{});
}

}  // namespace

InboundMessage read_message(const Fields& fields, const MessageNames& names) {
  InboundMessage message;
  message.provider_id = ProviderMessageId(fields.id(names.id));
  message.provider_time = read_time(fields);
  message.text = fields.text(names.text);
  auto attachments = read_attachments(fields);
  message.kind = attachments.kind;
  message.attachments = std::move(attachments.description);
  return message;
}

bool has_content(const InboundMessage& message) {
  return !message.attachments.empty() || !is_blank(message.text);
}

}  // namespace sessioncore::unipile::codec
