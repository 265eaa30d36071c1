/// Finds chats for people of a tenant. Thread rule: any thread.
#pragma once

#include "api/views.hpp"
#include "readers.hpp"
#include "tenants.hpp"

#include <nlohmann/json_fwd.hpp>

namespace sessioncore::server {

class ChatLookup {
 public:
  ChatLookup(Readers& readers, Users& users, const Tenants& tenants)
      : readers_(readers), users_(users), tenants_(tenants) {}

  /// Throws `HttpError` 404 for a chat that does not exist or belongs to another tenant.
  [[nodiscard]] nlohmann::json chat(const Person& person, const ChatId& chat) const;
  void must_exist(const Person& person, const ChatId& chat) const;
  [[nodiscard]] nlohmann::json message(const Person& person, const ChatId& chat, MessageNumber number) const;
  [[nodiscard]] nlohmann::json view(const sqlite::ChatRow& row) const;
  /// Empty for somebody who is not, or no longer, of this tenant: their name is none of its people's business.
  [[nodiscard]] std::optional<Person> find_person(const TenantId& tenant, const UserId& user) const;
  [[nodiscard]] Readers& readers() const { return readers_; }

 private:
  Readers& readers_;
  Users& users_;
  const Tenants& tenants_;
};

}  // namespace sessioncore::server
