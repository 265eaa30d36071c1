#include "attendees.hpp"

#include "sessioncore/unipile/phone.hpp"

#include <set>

namespace sessioncore::unipile::codec {
namespace {

// `905551234567:17@s.whatsapp.net` names one device of `905551234567@s.whatsapp.net`.
std::string without_device(std::string_view id) {
  const auto at = id.find('@');
  const auto colon = id.substr(0, at).find(':');
  if (at == std::string_view::npos || colon == std::string_view::npos) return std::string(id);
  return std::string(id.substr(0, colon)) + std::string(id.substr(at));
}

Person read_person(const Fields& fields) {
  const auto specifics = fields.object("attendee_specifics");
  Person person;
  person.attendee_id = fields.text("attendee_id");
  person.provider_id = without_device(fields.text("attendee_provider_id"));
  person.name = fields.text("attendee_name");
  person.phone = phone_of(specifics ? specifics->text("phone_number") : std::string(),
                          fields.text("attendee_public_identifier"), person.provider_id);
  return person;
}

// The same person may be listed twice, by number and by privacy id: Unipile's own id knows.
const std::string& key_of(const Person& person) {
  return person.attendee_id.empty() ? person.provider_id : person.attendee_id;
}

}  // namespace

ChatShape shape_of_id(std::string_view provider_id) {
  if (provider_id.ends_with("@broadcast") || provider_id.ends_with("@newsletter")) return ChatShape::broadcast;
  return provider_id.ends_with("@g.us") ? ChatShape::group : ChatShape::single;
}

// In the order of trust. The fields named "id" hold a number only as `<digits>@s.whatsapp.net`: bare digits there may
// be a privacy id, which looks like a number and is none.
std::string phone_of(const std::string& specific, const std::string& public_identifier,
                     const std::string& provider_id) {
  auto phone = normalise_phone(specific);
  for (const auto* id : {&public_identifier, &provider_id}) {
    if (phone.empty() && id->find('@') != std::string::npos) phone = normalise_phone(*id);
  }
  return phone;
}

Participants::Participants(const Fields& webhook) {
  if (const auto sender = webhook.object("sender")) sender_ = read_person(*sender);
  if (const auto* list = webhook.array("attendees")) {
    attendees_.reserve(list->size());
    for (std::size_t i = 0; i < list->size(); ++i) attendees_.push_back(read_person(webhook.element("attendees", i)));
  }
  if (const auto account = webhook.object("account_info")) {
    own_id_ = without_device(account->text("user_id"));
    own_phone_ = phone_of(account->text("phone_number"), own_id_, {});
  }
  provider_chat_id_ = webhook.text("provider_chat_id");
  is_group_ = webhook.flag("is_group").value_or(false);
}

ChatShape Participants::shape() const {
  const ChatShape by_id = shape_of_id(provider_chat_id_);
  if (by_id == ChatShape::broadcast) return by_id;
  if (is_group_ || by_id == ChatShape::group || sender_.provider_id.ends_with("@g.us")) return ChatShape::group;
  std::set<std::string> distinct;
  for (const auto& person : attendees_) {
    if (person.provider_id.ends_with("@g.us")) return ChatShape::group;
    distinct.insert(key_of(person));
  }
  return distinct.size() > 2 ? ChatShape::group : ChatShape::single;
}

bool Participants::is_own(const Person& person) const {
  return (!own_phone_.empty() && person.phone == own_phone_) || (!own_id_.empty() && person.provider_id == own_id_);
}

Person Participants::first_other() const {
  const Person* fallback = nullptr;
  for (const auto& person : attendees_) {
    if (is_own(person)) continue;
    // The sender of an own message is the account, known by a privacy id perhaps; but if nobody else is listed, the
    // delivery has put the contact there.
    if (key_of(person) != key_of(sender_) || key_of(person).empty()) return person;
    if (fallback == nullptr) fallback = &person;
  }
  return fallback != nullptr ? *fallback : Person{};
}

Person Participants::contact(bool own) const {
  const bool sender_known = !sender_.provider_id.empty() || !sender_.attendee_id.empty() || !sender_.phone.empty();
  Person person = !own && sender_known ? sender_ : first_other();
  if (!own && person.name.empty()) person.name = sender_.name;
  if (person.provider_id.empty()) person.provider_id = provider_chat_id_;
  if (person.phone.empty() && provider_chat_id_.find('@') != std::string::npos) {
    person.phone = normalise_phone(provider_chat_id_);
  }
  return person;
}

}  // namespace sessioncore::unipile::codec
