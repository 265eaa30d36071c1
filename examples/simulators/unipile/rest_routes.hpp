// The REST handlers, by resource. Each takes the lock of the bridge itself.
#pragma once

#include "bridge.hpp"

#include <nlohmann/json_fwd.hpp>

namespace sessioncore::simulators::rest {

// An answer that is an error; thrown by the handlers, written by answer_rest.
struct Refused {
  int status;
  std::string type;
  std::string title;
  std::string detail;
  std::int64_t retry_after = 0;
};

[[noreturn]] void bad_parameters(const std::string& detail);
[[noreturn]] void not_found(const std::string& what);

ApiReply reply(int status, const nlohmann::json& body);
nlohmann::json json_body(const ApiRequest& request);

ApiReply send_message(Bridge& bridge, const ApiRequest& request, const std::string& chat_id);
ApiReply start_chat(Bridge& bridge, const ApiRequest& request);

ApiReply list_messages(Bridge& bridge, const ApiRequest& request, const std::string& chat_id);
ApiReply list_attendee_messages(Bridge& bridge, const ApiRequest& request, const std::string& attendee_id);
ApiReply get_message(Bridge& bridge, const std::string& message_id);
ApiReply get_attachment(Bridge& bridge, const std::string& message_id, const std::string& attachment_id);
ApiReply list_chats(Bridge& bridge, const ApiRequest& request, const std::string& attendee_id);
ApiReply get_chat(Bridge& bridge, const std::string& chat_id);
ApiReply patch_chat(Bridge& bridge, const ApiRequest& request, const std::string& chat_id);
ApiReply sync_chat(Bridge& bridge, const std::string& chat_id);
ApiReply list_chat_attendees(Bridge& bridge, const std::string& chat_id);
ApiReply list_attendees(Bridge& bridge, const ApiRequest& request);
ApiReply get_attendee(Bridge& bridge, const std::string& attendee_id);

ApiReply create_account(Bridge& bridge, const ApiRequest& request);
ApiReply reconnect_account(Bridge& bridge, const ApiRequest& request, const std::string& account_id);
ApiReply get_account(Bridge& bridge, const std::string& account_id);
ApiReply list_accounts(Bridge& bridge, const ApiRequest& request);
ApiReply delete_account(Bridge& bridge, const std::string& account_id);
ApiReply resync_account(Bridge& bridge, const ApiRequest& request, const std::string& account_id);

ApiReply create_webhook(Bridge& bridge, const ApiRequest& request);
ApiReply list_webhooks(Bridge& bridge, const ApiRequest& request);
ApiReply delete_webhook(Bridge& bridge, const std::string& webhook_id);

}  // namespace sessioncore::simulators::rest
