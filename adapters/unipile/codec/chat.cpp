#include "attendees.hpp"
#include "fields.hpp"
#include "sessioncore/unipile/history.hpp"

namespace sessioncore::unipile {
namespace {

using codec::Fields;

constexpr int kSingle = 0;  // 1: group, 2: channel

bool is_single(const Fields& chat) {
  const auto* type = chat.find("type");
  if (type != nullptr && !type->is_number_integer()) chat.fail("type", "expected 0, 1 or 2");
  const bool single = type == nullptr || *type == kSingle;
  return single && codec::shape_of_id(chat.text("provider_id")) == codec::ChatShape::single;
}

}  // namespace

Result<ListedChat> parse_chat(std::string_view body) {
  return codec::read_object(body, [](const Fields& fields) -> Result<ListedChat> {
    ListedChat chat;
    (void)fields.id("id");
    chat.one_to_one = is_single(fields);
    chat.contact_name = fields.text("name");
    chat.contact_phone =
        codec::phone_of({}, fields.text("attendee_public_identifier"), fields.text("attendee_provider_id"));
    if (chat.contact_phone.empty()) chat.contact_phone = codec::phone_of({}, {}, fields.text("provider_id"));
    return chat;
  });
}

Result<void> add_attendees(std::string_view body, ListedChat& chat) {
  return codec::read_object(body, [&chat](const Fields& fields) -> Result<void> {
    const auto* items = fields.array("items");
    if (items == nullptr) fields.fail("items", "missing");
    for (std::size_t i = 0; i < items->size(); ++i) {
      const auto person = fields.element("items", i);
      if (person.flag("is_self").value_or(false)) continue;
      const auto specifics = person.object("specifics");
      const auto name = person.text("name");
      const auto phone = codec::phone_of(specifics ? specifics->text("phone_number") : std::string(),
                                         person.text("public_identifier"), person.text("provider_id"));
      if (!name.empty()) chat.contact_name = name;
      if (!phone.empty()) chat.contact_phone = phone;
      return {};
    }
    return {};
  });
}

}  // namespace sessioncore::unipile
