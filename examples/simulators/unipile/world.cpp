#include "world.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <iterator>
#include <random>
#include <stdexcept>
#include <string_view>

namespace sessioncore::simulators {

namespace {

template <class List>
auto* by_id(List& list, const std::string& id) {
  const auto found = std::find_if(list.begin(), list.end(), [&](const auto& item) { return item.id == id; });
  return found == list.end() ? nullptr : &*found;
}

std::string numbered(const char* format, std::int64_t number) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), format, static_cast<long long>(number));
  return text.data();
}

}  // namespace

std::int64_t clock_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

std::string iso_time(std::int64_t ms) {
  using namespace std::chrono;
  const sys_time<milliseconds> time{milliseconds{ms}};
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{time - day};
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return text.data();
}

std::optional<std::int64_t> parse_iso_time(const std::string& text) {
  using namespace std::chrono;
  static constexpr std::string_view kShape = "dddd-dd-ddTdd:dd:dd.dddZ";
  if (text.size() != kShape.size()) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool fits = kShape[i] == 'd' ? text[i] >= '0' && text[i] <= '9' : text[i] == kShape[i];
    if (!fits) return std::nullopt;
  }
  const auto number = [&](std::size_t at, std::size_t length) { return std::stoi(text.substr(at, length)); };
  const year_month_day date{year{number(0, 4)}, month{static_cast<unsigned>(number(5, 2))},
                            day{static_cast<unsigned>(number(8, 2))}};
  const bool year_fits = text[0] == '1' || text[0] == '2';  // as the service's own pattern has it
  if (!year_fits || !date.ok() || number(11, 2) > 23 || number(14, 2) > 59 || number(17, 2) > 60) return std::nullopt;
  const auto time = sys_days{date} + hours{number(11, 2)} + minutes{number(14, 2)} + seconds{number(17, 2)};
  return duration_cast<milliseconds>(time.time_since_epoch()).count() + number(20, 3);
}

std::string digits_of(const std::string& phone) {
  std::string digits;
  std::copy_if(phone.begin(), phone.end(), std::back_inserter(digits), [](char c) { return c >= '0' && c <= '9'; });
  return digits;
}

std::string provider_id_of(const Attendee& attendee) {
  const bool classic = attendee.is_self || attendee.style == "classic";
  return classic ? digits_of(attendee.phone) + "@s.whatsapp.net" : attendee.lid;
}

World::World() {
  static const char* const kDigits = "0123456789abcdefghijkmnpqrstuvwxyz";
  std::random_device source;
  for (int i = 0; i < 8; ++i) run_ += kDigits[source() % 34];
}

std::string World::new_id(const char* prefix) {
  return prefix + run_ + numbered("_%04lld", ++ids_);
}

Account& World::add_account(const std::string& id, const std::string& phone, const std::string& status) {
  Account account;
  account.id = id;
  account.name = phone;
  account.phone = phone;
  account.status = status;
  account.created_at_ms = clock_ms();
  account.self_attendee_id = new_id("att_");
  Attendee self;
  self.id = account.self_attendee_id;
  self.account_id = id;
  self.name = "Business";
  self.phone = phone;
  self.style = "classic";
  self.is_self = true;
  attendees.push_back(std::move(self));
  accounts.push_back(std::move(account));
  return accounts.back();
}

Attendee& World::add_attendee(const std::string& account_id, const std::string& phone, const std::string& name,
                              const std::string& style) {
  Attendee contact;
  contact.id = new_id("att_");
  contact.account_id = account_id;
  contact.phone = "+" + digits_of(phone);
  contact.name = name.empty() ? contact.phone : name;
  contact.lid = numbered("1999%011lld@lid", ids_);  // 15 digits, as opaque as a phone number looks
  contact.style = style;
  attendees.push_back(std::move(contact));
  return attendees.back();
}

Chat& World::single_chat(const Attendee& contact) {
  for (auto& chat : chats) {
    if (!chat.is_group && chat.account_id == contact.account_id && chat.attendee_ids.front() == contact.id) {
      return chat;
    }
  }
  Chat chat;
  chat.id = new_id("chat_");
  chat.provider_id = provider_id_of(contact);
  chat.account_id = contact.account_id;
  chat.name = contact.name;
  chat.attendee_ids = {contact.id};
  chats.push_back(std::move(chat));
  return chats.back();
}

Chat& World::group_chat(const Attendee& contact, const std::string& name) {
  const auto found = std::find_if(chats.begin(), chats.end(), [&](const Chat& chat) {
    return chat.is_group && chat.account_id == contact.account_id && chat.name == name;
  });
  if (found != chats.end()) {
    auto& members = found->attendee_ids;
    if (std::find(members.begin(), members.end(), contact.id) == members.end()) members.push_back(contact.id);
    return *found;
  }
  const auto contact_id = contact.id;
  const auto account_id = contact.account_id;
  Chat chat;
  chat.id = new_id("chat_");
  chat.provider_id = numbered("12036300000000%04lld@g.us", ids_);
  chat.account_id = account_id;
  chat.name = name;
  chat.is_group = true;
  chat.attendee_ids = {contact_id};
  for (int i = 0; i < 2; ++i) {  // the others in the group
    const auto phone = numbered("+9055500%05lld", ++ids_);
    chat.attendee_ids.push_back(add_attendee(account_id, phone, "Member " + phone.substr(9), "lid").id);
  }
  chats.push_back(std::move(chat));
  return chats.back();
}

Message& World::add_message(Chat& chat, Message message) {
  if (message.id.empty()) message.id = new_id("msg_");
  if (message.provider_id.empty()) message.provider_id = numbered("3EB0%016llX", clock_ms() * 1000 + ids_);
  if (message.timestamp_ms == 0) message.timestamp_ms = clock_ms();
  for (auto& attachment : message.attachments) {
    if (attachment.id.empty()) attachment.id = new_id("attach_");
  }
  message.chat_id = chat.id;
  message.order = next_order();
  chat.timestamp_ms = std::max(chat.timestamp_ms, message.timestamp_ms);
  chat.order = message.order;
  if (message.is_sender()) {
    chat.unread_count = 0;
  } else {
    ++chat.unread_count;
  }
  messages.push_back(std::move(message));
  return messages.back();
}

Account* World::account(const std::string& id) {
  return by_id(accounts, id);
}
Chat* World::chat(const std::string& id) {
  return by_id(chats, id);
}
Message* World::message(const std::string& id) {
  return by_id(messages, id);
}
Attendee* World::attendee(const std::string& id) {
  return by_id(attendees, id);
}

Attendee* World::contact_by_phone(const std::string& account_id, const std::string& phone) {
  const auto wanted = digits_of(phone);
  const auto found = std::find_if(attendees.begin(), attendees.end(), [&](const Attendee& item) {
    return !item.is_self && item.account_id == account_id && digits_of(item.phone) == wanted;
  });
  return found == attendees.end() ? nullptr : &*found;
}

const Attendee& World::self_of(const Chat& chat) {
  const auto* owner = account(chat.account_id);
  const auto* self = owner == nullptr ? nullptr : attendee(owner->self_attendee_id);
  if (self == nullptr) throw std::logic_error("a chat without its account");
  return *self;
}

}  // namespace sessioncore::simulators
