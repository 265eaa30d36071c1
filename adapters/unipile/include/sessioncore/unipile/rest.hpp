/// What Unipile answers to our requests, read into values. Pure: bytes in, values out.
///
/// Thread rule: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <sessioncore/core/event.hpp>
#include <sessioncore/result.hpp>

namespace sessioncore::unipile {

/// One HTTP request and what came of it, as the transport saw it.
struct Exchange {
  enum class End {
    complete,       ///< the whole answer is here, however the connection ended
    not_sent,       ///< the request surely did not reach the service: no connection, or stopped before
    not_allowed,    ///< refused on our side before any attempt: `note` names what is wrong
    interrupted,    ///< the request went out, at least in part, and the answer is missing or cut off
    answer_too_big  ///< cut off by our own limit
  };
  End end = End::complete;
  int status = 0;    ///< HTTP status; 0 when not even the status line came
  std::string body;  ///< of a complete answer
  std::string note;  ///< why it did not complete, such as "timeout"; no input, no secrets
};

/// What an exchange says about one send (R21, R22): SendSucceeded or SendFailed. The README's table explains the
/// classes.
[[nodiscard]] Event read_send_reply(const SendId& send, const Exchange& exchange);

/// "HTTP 401 disconnected_account", "timeout": what went wrong, in words that quote no free text of the answer.
[[nodiscard]] std::string describe_failure(const Exchange& exchange);

/// A message of `GET /api/v1/chats/{id}/messages`.
struct ListedMessage {
  std::string account_id;  ///< empty: the service did not say
  std::string chat_id;
  std::variant<SelfMessage, ContactMessage> message;
  bool deleted = false;  ///< taken back: perhaps it has no content any more, and it is nobody's question
  bool edited = false;   ///< changed after it was written: the text is the present one
};
struct MessageList {
  std::vector<ListedMessage> messages;  ///< in the order of the answer; system events and empty ones are left out
  std::vector<std::string> unreadable;  ///< what is wrong with those that cannot be read and are left out
  std::string cursor;                   ///< the next page, or empty
};
/// `invalid_argument` names the field, such as "items: missing"; what is wrong with one item costs that item alone.
/// Bytes that are no UTF-8 are read as U+FFFD.
[[nodiscard]] Result<MessageList> parse_message_list(std::string_view body);

}  // namespace sessioncore::unipile
