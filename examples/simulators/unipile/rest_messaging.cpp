// Reading: chats, messages, attendees, attachments, history sync.

#include "option_fields.hpp"
#include "page.hpp"
#include "render.hpp"
#include "rest_routes.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace sessioncore::simulators::rest {

using nlohmann::json;

namespace {

template <class Item>
struct Keyed {
  PageKey key;
  const Item* item;
};

bool below(const PageKey& left, const PageKey& right) {
  return left.ms != right.ms ? left.ms < right.ms : left.order < right.order;
}

template <class Item, class Show>
ApiReply page(const char* object, std::vector<Keyed<Item>> items, const PageQuery& query, Show show) {
  std::sort(items.begin(), items.end(), [](const auto& a, const auto& b) { return below(b.key, a.key); });
  const PageKey last{query.last_ms, query.last_order};
  json list = json::array();
  json cursor = nullptr;
  PageKey shown;
  for (const auto& entry : items) {
    if (!below(entry.key, last)) continue;
    if (static_cast<std::int64_t>(list.size()) == query.limit) {
      cursor = next_cursor(query, shown);
      break;
    }
    list.push_back(show(*entry.item));
    shown = entry.key;
  }
  return reply(200, {{"object", object}, {"items", std::move(list)}, {"cursor", std::move(cursor)}});
}

template <class Keep>
ApiReply message_page(Bridge& bridge, const PageQuery& query, Keep keep) {
  std::vector<Keyed<Message>> items;
  for (const auto& message : bridge.world.messages) {
    const bool in_time = message.timestamp_ms < query.before_ms && message.timestamp_ms > query.after_ms;
    const auto* sender = bridge.world.attendee(message.sender_attendee_id);
    const bool by_sender = query.sender_id.empty() || message.sender_attendee_id == query.sender_id ||
                           (sender != nullptr && provider_id_of(*sender) == query.sender_id);
    if (in_time && by_sender && keep(message)) items.push_back({{message.timestamp_ms, message.order}, &message});
  }
  return page("MessageList", std::move(items), query,
              [&](const Message& message) { return render::rest_message(bridge.world, message); });
}

Chat& chat_or_404(Bridge& bridge, const std::string& chat_id) {
  auto* chat = bridge.world.chat(chat_id);
  if (chat == nullptr) not_found("chat " + chat_id);
  return *chat;
}

}  // namespace

ApiReply list_messages(Bridge& bridge, const ApiRequest& request, const std::string& chat_id) {
  const auto query = read_page_query(request);
  const std::lock_guard lock(bridge.mutex);
  if (!chat_id.empty()) chat_or_404(bridge, chat_id);
  return message_page(bridge, query, [&](const Message& message) {
    if (!chat_id.empty()) return message.chat_id == chat_id;
    const auto* chat = bridge.world.chat(message.chat_id);
    return query.account_id.empty() || (chat != nullptr && chat->account_id == query.account_id);
  });
}

ApiReply list_attendee_messages(Bridge& bridge, const ApiRequest& request, const std::string& attendee_id) {
  const auto query = read_page_query(request);
  const std::lock_guard lock(bridge.mutex);
  if (bridge.world.attendee(attendee_id) == nullptr) not_found("attendee " + attendee_id);
  return message_page(bridge, query, [&](const Message& message) { return message.sender_attendee_id == attendee_id; });
}

ApiReply get_message(Bridge& bridge, const std::string& message_id) {
  const std::lock_guard lock(bridge.mutex);
  const auto* message = bridge.world.message(message_id);
  if (message == nullptr) not_found("message " + message_id);
  return reply(200, render::rest_message(bridge.world, *message));
}

ApiReply get_attachment(Bridge& bridge, const std::string& message_id, const std::string& attachment_id) {
  const std::lock_guard lock(bridge.mutex);
  const auto* message = bridge.world.message(message_id);
  if (message == nullptr) not_found("message " + message_id);
  for (const auto& item : message->attachments) {
    if (item.id != attachment_id) continue;
    ApiReply answer;
    answer.body = item.content;
    answer.content_type = item.mimetype;
    return answer;
  }
  not_found("attachment " + attachment_id);
}

ApiReply list_chats(Bridge& bridge, const ApiRequest& request, const std::string& attendee_id) {
  const auto query = read_page_query(request);
  if (!query.unread.empty() && query.unread != "true" && query.unread != "false") {
    bad_parameters("unread must be true or false");
  }
  const auto type = request.query_value("account_type");
  const std::lock_guard lock(bridge.mutex);
  std::vector<Keyed<Chat>> items;
  for (const auto& chat : bridge.world.chats) {
    const auto& members = chat.attendee_ids;
    if (!attendee_id.empty() && std::find(members.begin(), members.end(), attendee_id) == members.end()) continue;
    if (!query.account_id.empty() && chat.account_id != query.account_id) continue;
    if (!type.empty() && type != "WHATSAPP") continue;
    if (!query.unread.empty() && (query.unread == "true") != (chat.unread_count > 0)) continue;
    if (chat.timestamp_ms >= query.before_ms || chat.timestamp_ms <= query.after_ms) continue;
    items.push_back({{chat.timestamp_ms, chat.order}, &chat});
  }
  return page("ChatList", std::move(items), query,
              [&](const Chat& chat) { return render::rest_chat(bridge.world, chat); });
}

ApiReply get_chat(Bridge& bridge, const std::string& chat_id) {
  const std::lock_guard lock(bridge.mutex);
  return reply(200, render::rest_chat_with_last_message(bridge.world, chat_or_404(bridge, chat_id)));
}

ApiReply patch_chat(Bridge& bridge, const ApiRequest& request, const std::string& chat_id) {
  const auto body = json_body(request);
  const auto action = body.value("action", json());
  const auto value = body.value("value", json());
  const std::lock_guard lock(bridge.mutex);
  auto& chat = chat_or_404(bridge, chat_id);
  if (action == "setReadStatus") {
    if (!value.is_boolean()) bad_parameters("value must be true or false");
    chat.unread_count = value.get<bool>() ? 0 : std::max<std::int64_t>(1, chat.unread_count);
  } else if (action == "setArchiveStatus") {
    if (!value.is_boolean()) bad_parameters("value must be true or false");
    chat.archived = value.get<bool>();
  } else if (action != "setMuteStatus" && action != "setPinStatus") {
    bad_parameters("action is unknown");
  }
  return reply(200, {{"object", "ChatPatched"}});
}

ApiReply sync_chat(Bridge& bridge, const std::string& chat_id) {
  const std::lock_guard lock(bridge.mutex);
  auto& chat = chat_or_404(bridge, chat_id);
  static const char* const kSteps[] = {"SYNC_STARTED", "SYNC_RUNNING", "SYNC_DONE"};
  const auto* status = kSteps[chat.syncs_left];
  chat.syncs_left = (chat.syncs_left + 1) % 3;
  return reply(200, {{"object", "ChatHistorySync"}, {"chat_id", chat_id}, {"status", status}});
}

ApiReply list_chat_attendees(Bridge& bridge, const std::string& chat_id) {
  const std::lock_guard lock(bridge.mutex);
  const auto& chat = chat_or_404(bridge, chat_id);
  json list = json::array();
  for (const auto& id : chat.attendee_ids) {
    if (const auto* person = bridge.world.attendee(id)) list.push_back(render::rest_attendee(*person));
  }
  return reply(200, {{"object", "ChatAttendeeList"}, {"items", std::move(list)}});
}

ApiReply list_attendees(Bridge& bridge, const ApiRequest& request) {
  const auto query = read_page_query(request);
  const std::lock_guard lock(bridge.mutex);
  std::vector<Keyed<Attendee>> items;
  std::int64_t index = 0;
  for (const auto& person : bridge.world.attendees) {
    --index;  // oldest first
    if (query.account_id.empty() || person.account_id == query.account_id) items.push_back({{0, index}, &person});
  }
  return page("ChatAttendeeList", std::move(items), query,
              [](const Attendee& person) { return render::rest_attendee(person); });
}

ApiReply get_attendee(Bridge& bridge, const std::string& attendee_id) {
  const std::lock_guard lock(bridge.mutex);
  const auto* person = bridge.world.attendee(attendee_id);
  if (person == nullptr) not_found("attendee " + attendee_id);
  return reply(200, render::rest_attendee(*person));
}

ApiReply list_accounts(Bridge& bridge, const ApiRequest& request) {
  const auto query = read_page_query(request);
  const std::lock_guard lock(bridge.mutex);
  std::vector<Keyed<Account>> items;
  std::int64_t index = 0;
  for (const auto& account : bridge.world.accounts) items.push_back({{0, --index}, &account});
  return page("AccountList", std::move(items), query,
              [](const Account& account) { return render::rest_account(account); });
}

ApiReply list_webhooks(Bridge& bridge, const ApiRequest& request) {
  const auto query = read_page_query(request);
  const std::lock_guard lock(bridge.mutex);
  std::vector<Keyed<Webhook>> items;
  std::int64_t index = 0;
  for (const auto& webhook : bridge.world.webhooks) items.push_back({{0, --index}, &webhook});
  return page("WebhookList", std::move(items), query,
              [&](const Webhook& webhook) { return render::rest_webhook(bridge.world, webhook); });
}

}  // namespace sessioncore::simulators::rest
