// The chats, messages, accounts and webhooks of one bridge. Not locked: its owner is.
#pragma once

#include "model.hpp"

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace sessioncore::simulators {

class World {
 public:
  World();

  std::string new_id(const char* prefix);
  [[nodiscard]] std::int64_t next_order() { return ++order_; }

  Account& add_account(const std::string& id, const std::string& phone, const std::string& status);
  Attendee& add_attendee(const std::string& account_id, const std::string& phone, const std::string& name,
                         const std::string& style);
  Chat& single_chat(const Attendee& contact);
  Chat& group_chat(const Attendee& contact, const std::string& name);
  Message& add_message(Chat& chat, Message message);

  [[nodiscard]] Account* account(const std::string& id);
  [[nodiscard]] Chat* chat(const std::string& id);
  [[nodiscard]] Message* message(const std::string& id);
  [[nodiscard]] Attendee* attendee(const std::string& id);
  [[nodiscard]] Attendee* contact_by_phone(const std::string& account_id, const std::string& phone);
  [[nodiscard]] const Attendee& self_of(const Chat& chat);

  // Deques: a reference stays valid while others are added.
  std::deque<Account> accounts;
  std::deque<Attendee> attendees;
  std::deque<Chat> chats;
  std::deque<Message> messages;
  std::vector<Webhook> webhooks;
  std::vector<SendRecord> sends;

 private:
  std::string run_;  // differs per process: a client that keeps a database must not see an id twice
  std::int64_t order_ = 0;
  std::int64_t ids_ = 0;
};

[[nodiscard]] std::int64_t clock_ms();
[[nodiscard]] std::string iso_time(std::int64_t ms);
// Exactly YYYY-MM-DDTHH:MM:SS.sssZ; nothing else is understood.
[[nodiscard]] std::optional<std::int64_t> parse_iso_time(const std::string& text);
[[nodiscard]] std::string digits_of(const std::string& phone);
[[nodiscard]] std::string provider_id_of(const Attendee& attendee);

}  // namespace sessioncore::simulators
