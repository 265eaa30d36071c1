// What the bridge remembers, as plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sessioncore::simulators {

struct Attachment {
  std::string id;
  std::string type = "img";  // img | video | audio | file
  std::string mimetype = "image/jpeg";
  std::string file_name;
  std::string content;
  bool voice_note = false;
  bool sticker = false;
};

struct Reaction {
  std::string value;
  std::string sender_id;
  bool is_sender = false;
};

// A person as WhatsApp shows them: `phone` is what we know, `style` is what the bridge reveals of it.
struct Attendee {
  std::string id;
  std::string account_id;
  std::string name;
  std::string phone;  // +digits
  std::string lid;    // digits@lid
  std::string style;  // lid | classic | hidden
  bool is_self = false;
};

struct Message {
  std::string id;
  std::string provider_id;
  std::string chat_id;
  std::string sender_attendee_id;
  std::optional<std::string> text;
  std::int64_t timestamp_ms = 0;
  std::int64_t order = 0;
  std::string origin;  // contact | phone | api: who really wrote it; never shown by the provider's API
  std::vector<Attachment> attachments;
  std::vector<Reaction> reactions;
  std::string quoted_id;
  bool seen = false;
  bool delivered = false;
  bool deleted = false;
  bool edited = false;
  bool is_event = false;
  std::int64_t event_type = 0;

  [[nodiscard]] bool is_sender() const { return origin != "contact"; }
};

struct Chat {
  std::string id;
  std::string provider_id;
  std::string account_id;
  std::string name;
  bool is_group = false;
  std::vector<std::string> attendee_ids;  // without the account itself
  std::int64_t unread_count = 0;
  bool archived = false;
  std::int64_t timestamp_ms = 0;
  std::int64_t order = 0;
  int syncs_left = 0;
};

struct Account {
  std::string id;
  std::string name;
  std::string phone;
  std::string status = "OK";
  std::string self_attendee_id;
  std::int64_t created_at_ms = 0;
  int syncs_left = 0;
};

struct Webhook {
  std::string id;
  std::string source;
  std::string request_url;
  std::string name;
  std::string format = "json";
  std::vector<std::string> account_ids;  // empty: all
  std::vector<std::string> events;
  std::vector<std::pair<std::string, std::string>> headers;
  std::vector<std::pair<std::string, std::string>> renames;  // key -> name
  bool enabled = true;
};

// One POST to a send route, whatever became of it.
struct SendRecord {
  std::int64_t at_ms = 0;
  std::string route;  // send | start_chat
  std::string chat_id;
  std::string text;
  std::string account_id;
  std::string quote_id;
  std::string typing_duration;
  std::size_t attachments = 0;
  std::string message_id;  // empty: nothing was sent
  std::string outcome;     // sent | refused | dropped_before | dropped_after
  int status = 0;
};

// A planned failure of the REST API.
struct Fault {
  std::string route = "send";   // send, start_chat, messages, chats, accounts, webhooks, any
  std::string kind = "status";  // status | drop_before | drop_after | delay
  std::int64_t status = 503;
  std::string type;
  std::string detail;
  std::int64_t count = 1;  // 0: until removed
  std::int64_t delay_ms = 0;
  std::int64_t retry_after = 0;  // header, seconds
  std::string text;              // only requests whose text contains it
};

template <class Plan, class Visitor>
void visit_fault(Plan& plan, Visitor&& field) {
  field("route", plan.route);
  field("kind", plan.kind);
  field("status", plan.status);
  field("type", plan.type);
  field("detail", plan.detail);
  field("count", plan.count);
  field("delay_ms", plan.delay_ms);
  field("retry_after", plan.retry_after);
  field("text", plan.text);
}

struct BridgeOptions {
  bool null_message_id = false;
  std::string echo = "after";  // after | before | off: webhook of what the API sent, relative to the response
  std::int64_t echo_delay_ms = 20;
  std::int64_t send_delay_ms = 0;
  bool honour_typing_duration = true;
  bool delivery_receipts = false;  // delivered and read events after each API send
  std::int64_t max_text_chars = 65536;
  std::string contact_style = "lid";          // lid | classic | hidden, for new contacts
  std::string attachment_style = "prefixed";  // prefixed | plain
  bool attendees_include_self = false;
  bool omit_is_sender = false;
  std::string account_status_style = "nested";  // nested | flat
  bool reconnect_without_qr = false;
  std::int64_t webhook_delay_ms = 0;
  std::int64_t webhook_timeout_ms = 30000;
  std::int64_t webhook_retries = 5;
  std::int64_t webhook_retry_base_ms = 250;
  std::int64_t duplicate_webhooks = 0;  // extra copies of each
  std::int64_t reorder_webhooks = 0;    // collect so many, deliver them backwards
  bool hold_webhooks = false;
};

template <class Plan, class Visitor>
void visit_bridge_options(Plan& plan, Visitor&& field) {
  field("null_message_id", plan.null_message_id);
  field("echo", plan.echo);
  field("echo_delay_ms", plan.echo_delay_ms);
  field("send_delay_ms", plan.send_delay_ms);
  field("honour_typing_duration", plan.honour_typing_duration);
  field("delivery_receipts", plan.delivery_receipts);
  field("max_text_chars", plan.max_text_chars);
  field("contact_style", plan.contact_style);
  field("attachment_style", plan.attachment_style);
  field("attendees_include_self", plan.attendees_include_self);
  field("omit_is_sender", plan.omit_is_sender);
  field("account_status_style", plan.account_status_style);
  field("reconnect_without_qr", plan.reconnect_without_qr);
  field("webhook_delay_ms", plan.webhook_delay_ms);
  field("webhook_timeout_ms", plan.webhook_timeout_ms);
  field("webhook_retries", plan.webhook_retries);
  field("webhook_retry_base_ms", plan.webhook_retry_base_ms);
  field("duplicate_webhooks", plan.duplicate_webhooks);
  field("reorder_webhooks", plan.reorder_webhooks);
  field("hold_webhooks", plan.hold_webhooks);
}

}  // namespace sessioncore::simulators
