#include "sessioncore/unipile/history.hpp"

#include "../codec/timestamp.hpp"
#include "caller.hpp"
#include "path_segment.hpp"

#include <utility>

namespace sessioncore::unipile {
namespace {

constexpr const char* kPageSize = "100";

}  // namespace

class UnipileHistory::Impl : public transport::Caller {
 public:
  using Caller::Caller;
};

UnipileHistory::UnipileHistory(ClientOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
UnipileHistory::~UnipileHistory() = default;

Result<MessageList> UnipileHistory::messages(const std::string& account_id, Instant after, const std::string& cursor) {
  // With a cursor the service ignores everything else.
  const std::string query = cursor.empty() ? "account_id=" + transport::percent_encode(account_id) +
                                                 "&after=" + transport::percent_encode(codec::format_timestamp(after)) +
                                                 "&limit=" + kPageSize
                                           : "cursor=" + transport::percent_encode(cursor);
  return impl_->ask({"GET", "/api/v1/messages?" + query, {}, {}}, parse_message_list);
}

Result<ListedChat> UnipileHistory::chat(const std::string& chat_id) {
  if (!transport::is_segment(chat_id)) return Error{ErrorCode::invalid_argument, "chat_id: names no chat"};
  const std::string path = "/api/v1/chats/" + transport::percent_encode(chat_id);
  auto chat = impl_->ask({"GET", path, {}, {}}, parse_chat);
  if (!chat || !chat->one_to_one) return chat;
  const auto people = impl_->ask({"GET", path + "/attendees", {}, {}});
  // Whose chat it is decorates; that it is one person's the chat itself has said. So only what another attempt may mend
  // is an error: an answer that stays as it is would keep the chat out for ever.
  if (people) {
    (void)add_attendees(*people, *chat);
  } else if (people.error().code == ErrorCode::unavailable || people.error().code == ErrorCode::shutting_down) {
    return people.error();
  }
  return chat;
}

void UnipileHistory::stop() {
  impl_->stop();
}

}  // namespace sessioncore::unipile
