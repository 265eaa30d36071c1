// Recording messages, and what they cover (R5).
#pragma once

#include "core/draft.hpp"

namespace sessioncore::detail {

// Something happened in the session: its inactivity deadline starts anew (R13).
void touch(Draft& draft);

// Nothing happened but a change of phase from `before`: the same silence, measured by the new phase's limit.
void keep_silence(Draft& draft, Phase before);

// A contact message in the session `session`; 0: in none.
void record_contact(Draft& draft, const ContactMessage& message, SessionNumber session);
// The same, and it waits for an answer.
void record_pending(Draft& draft, const ContactMessage& message);
// A message of a person on the phone; covers what the contact wrote before it.
void record_from_phone(Draft& draft, const SelfMessage& message, SessionNumber session);
// A message of ours that has yet to go out; returns its number.
MessageNumber record_outgoing(Draft& draft, Author author, const std::optional<UserId>& user, std::string text,
                              Delivery delivery);

// Forgets the questions written until `until`, open or not: a human has spoken since.
void cover(Draft& draft, Instant until);
// The same for those that an operator's text came after, which is out.
void cover_before(Draft& draft, MessageNumber text);

void edit_message(Draft& draft, const MessageEdited& event);
void delete_message(Draft& draft, const MessageDeleted& event);
void report_delivery(Draft& draft, const DeliveryReport& event);

}  // namespace sessioncore::detail
