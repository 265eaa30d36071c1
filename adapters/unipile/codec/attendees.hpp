// Who is who in a webhook: the account's own person, the contact, and whether it is a group. Internal to the codec.
#pragma once

#include "fields.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sessioncore::unipile::codec {

struct Person {
  std::string attendee_id;  // Unipile's id
  std::string provider_id;  // WhatsApp's id: `<digits>@s.whatsapp.net` or an opaque `<something>@lid`
  std::string name;
  std::string phone;  // normalised; empty when hidden
};

// What the chat is, by its WhatsApp id and its attendees (R16).
enum class ChatShape { single, group, broadcast };

// By WhatsApp's id of a chat or of a person alone.
[[nodiscard]] ChatShape shape_of_id(std::string_view provider_id);

// Normalised, or empty: the first that holds a number, in the order of trust.
[[nodiscard]] std::string phone_of(const std::string& specific, const std::string& public_identifier,
                                   const std::string& provider_id);

class Participants {
 public:
  // Reads `sender`, `attendees`, `account_info`, `provider_chat_id` and `is_group` of a message webhook.
  explicit Participants(const Fields& webhook);

  [[nodiscard]] ChatShape shape() const;
  // For deliveries that do not say `is_sender`.
  [[nodiscard]] bool sender_is_own() const { return is_own(sender_); }
  [[nodiscard]] const Person& sender() const { return sender_; }
  // The other side of the chat, for a message of the account itself (`own`) or of the contact.
  [[nodiscard]] Person contact(bool own) const;

 private:
  [[nodiscard]] bool is_own(const Person& person) const;
  [[nodiscard]] Person first_other() const;

  Person sender_;
  std::vector<Person> attendees_;
  std::string own_phone_;
  std::string own_id_;  // without the device part
  std::string provider_chat_id_;
  bool is_group_ = false;
};

}  // namespace sessioncore::unipile::codec
