/// Looking up what happened while nobody listened: the messages of an account, and whose chats they stand in.
///
/// Each call makes one request and waits for its answer, at most `total_timeout`. Errors as in accounts.hpp:
/// `not_found`, `invalid_argument`, `unavailable`. Thread rule: any thread; calls wait for each other.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <sessioncore/instant.hpp>
#include <sessioncore/result.hpp>
#include <sessioncore/unipile/options.hpp>
#include <sessioncore/unipile/rest.hpp>

namespace sessioncore::unipile {

/// A chat as the service lists it.
struct ListedChat {
  bool one_to_one = false;  ///< false: a group or a channel (R16)
  std::string contact_name;
  std::string contact_phone;  ///< normalised, or empty when hidden
};
/// Reads `GET /api/v1/chats/{id}`: the name is the chat's.
[[nodiscard]] Result<ListedChat> parse_chat(std::string_view body);
/// Adds what `GET /api/v1/chats/{id}/attendees` tells of the contact.
[[nodiscard]] Result<void> add_attendees(std::string_view body, ListedChat& chat);

class UnipileHistory {
 public:
  explicit UnipileHistory(ClientOptions options);
  ~UnipileHistory();
  UnipileHistory(const UnipileHistory&) = delete;
  UnipileHistory& operator=(const UnipileHistory&) = delete;

  /// A page of the account's messages that are later than `after`, the latest first; `cursor` of the page before, empty
  /// for the first one.
  [[nodiscard]] Result<MessageList> messages(const std::string& account_id, Instant after, const std::string& cursor);
  /// Two requests. If the service tells no attendees, with what the chat itself tells of the contact; `unavailable`
  /// only if it may tell them later.
  [[nodiscard]] Result<ListedChat> chat(const std::string& chat_id);
  /// Ends the call under way; later ones fail with `shutting_down`.
  void stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sessioncore::unipile
