#include "message.hpp"

#include "attachments.hpp"
#include "text.hpp"
#include "timestamp.hpp"

namespace sessioncore::unipile::codec {
namespace {

Instant read_time(const Fields& fields) {
  const auto text = fields.text("timestamp");
  if (text.empty()) return Instant{};
  const auto time = parse_timestamp(text);
  if (!time) fields.fail("timestamp", "expected an ISO 8601 date and time such as 2026-01-31T12:00:00.000Z");
  return *time;
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
