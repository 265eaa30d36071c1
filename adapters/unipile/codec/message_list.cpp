#include "fields.hpp"
#include "message.hpp"
#include "sessioncore/unipile/rest.hpp"

#include <utility>

namespace sessioncore::unipile {
namespace {

using codec::Fields;

void read_item(const Fields& item, std::vector<ListedMessage>& into) {
  if (item.flag("is_event").value_or(false)) return;
  auto message = codec::read_message(item, codec::kListNames);
  const bool deleted = item.flag("deleted").value_or(false);
  if (!deleted && !codec::has_content(message)) return;
  ListedMessage listed{item.text("account_id"), item.id("chat_id"), ContactMessage{}, deleted,
                       item.flag("edited").value_or(false)};
  if (item.flag("is_sender").value_or(false)) {
    listed.message = SelfMessage{std::move(message)};
  } else {
    listed.message = ContactMessage{std::move(message)};
  }
  into.push_back(std::move(listed));
}

}  // namespace

Result<MessageList> parse_message_list(std::string_view body) {
  const auto read = [](const Fields& fields) -> Result<MessageList> {
    const auto* items = fields.array("items");
    if (items == nullptr) fields.fail("items", "missing");
    MessageList list;
    for (std::size_t i = 0; i < items->size(); ++i) {
      try {
        read_item(fields.element("items", i), list.messages);
      } catch (const codec::FieldError& error) {
        list.unreadable.push_back(error.detail);
      }
    }
    list.cursor = fields.text("cursor");
    return list;
  };
  // A page holds what many have written: one who sent broken bytes must not cost the others their messages.
  return codec::read_object(body, read, codec::BadUtf8::replaced);
}

}  // namespace sessioncore::unipile
