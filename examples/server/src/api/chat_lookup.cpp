#include "api/chat_lookup.hpp"

#include "http/reply.hpp"

#include <nlohmann/json.hpp>

namespace sessioncore::server {

namespace {

constexpr std::uint64_t kLookAtOnce = 100;

}  // namespace

nlohmann::json ChatLookup::view(const sqlite::ChatRow& row) const {
  const auto tenant = tenants_.find(row.facts.key.tenant);
  const std::size_t preview = tenant == nullptr ? TenantConfig().message_preview_chars : tenant->message_preview_chars;
  return view_of_chat(row, preview, [&](const UserId& user) { return find_person(row.facts.key.tenant, user); });
}

std::optional<Person> ChatLookup::find_person(const TenantId& tenant, const UserId& user) const {
  auto person = users_.find(user.value);
  if (person && person->tenant != tenant) return std::nullopt;
  return person;
}

nlohmann::json ChatLookup::chat(const Person& person, const ChatId& chat) const {
  const auto row = readable(readers_.borrow()->chat(person.tenant, chat));
  if (!row) throw not_found("there is no such chat");
  return view(*row);
}

void ChatLookup::must_exist(const Person& person, const ChatId& chat) const {
  if (!readable(readers_.borrow()->chat(person.tenant, chat))) throw not_found("there is no such chat");
}

nlohmann::json ChatLookup::message(const Person& person, const ChatId& chat, MessageNumber number) const {
  const auto reader = readers_.borrow();
  // It was stored a moment ago, so it is on the first page unless the chat is flooded.
  for (std::uint64_t page = 1;; ++page) {
    const auto found = readable(reader->messages(person.tenant, chat, {page, kLookAtOnce}));
    if (!found || found->rows.empty()) throw not_found("there is no such message");
    for (const StoredMessage& message : found->rows) {
      if (message.number == number) return view_of_message(chat, message);
    }
  }
}

}  // namespace sessioncore::server
