// Sending: the two routes that put a message on the contact's phone.

#include "option_fields.hpp"
#include "rest_routes.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <thread>

#include <nlohmann/json.hpp>

namespace sessioncore::simulators::rest {

using nlohmann::json;

namespace {

constexpr std::size_t kMaxAttachmentBytes = 26214400;
constexpr std::int64_t kMaxTypingMs = 60000;
constexpr std::int64_t kEchoWaitMs = 60000;

struct SendForm {
  std::string text;
  std::string account_id;
  std::string quote_id;
  std::string typing_duration;
  std::vector<std::string> attendees;
  std::vector<Attachment> attachments;
};

Attachment read_attachment(const FormPart& part) {
  Attachment file;
  file.mimetype = part.content_type.empty() ? "application/octet-stream" : part.content_type;
  file.file_name = part.filename;
  file.content = part.content;
  const auto is = [&](const char* kind) { return file.mimetype.rfind(kind, 0) == 0; };
  file.type = is("image/") ? "img" : is("video/") ? "video" : is("audio/") ? "audio" : "file";
  file.voice_note = part.name == "voice_message";
  if (file.content.size() > kMaxAttachmentBytes) bad_parameters("an attachment is larger than 26214400 bytes");
  return file;
}

SendForm read_form(const ApiRequest& request) {
  if (request.content_type.rfind("multipart/form-data", 0) != 0) {
    bad_parameters("the body must be multipart/form-data, not " +
                   (request.content_type.empty() ? "untyped" : request.content_type));
  }
  SendForm form;
  for (const auto& part : request.parts) {
    if (part.name == "text") {
      form.text = part.content;
    } else if (part.name == "account_id") {
      form.account_id = part.content;
    } else if (part.name == "quote_id") {
      form.quote_id = part.content;
    } else if (part.name == "typing_duration") {
      form.typing_duration = part.content;
    } else if (part.name == "attendees_ids") {
      form.attendees.push_back(part.content);
    } else if (part.name == "attachments" || part.name == "voice_message" || part.name == "video_message") {
      form.attachments.push_back(read_attachment(part));
    }
  }
  return form;
}

std::int64_t typing_ms(const SendForm& form) {
  if (form.typing_duration.empty()) return 0;
  std::int64_t value = 0;
  const auto* end = form.typing_duration.data() + form.typing_duration.size();
  const auto read = std::from_chars(form.typing_duration.data(), end, value);
  if (read.ec != std::errc() || read.ptr != end || value < 0 || value > kMaxTypingMs) {
    bad_parameters("typing_duration must be 0 to 60000 milliseconds");
  }
  return value;
}

std::size_t characters(const std::string& utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

void check_content(const Bridge& bridge, const SendForm& form) {
  if (form.text.empty() && form.attachments.empty()) bad_parameters("text or attachments must be given");
  if (static_cast<std::int64_t>(characters(form.text)) > bridge.options.max_text_chars) {
    throw Refused{400, "too_many_characters", "Too many characters", "The text is too long for this provider"};
  }
  try {
    (void)json(form.text).dump();
  } catch (const json::type_error&) {
    bad_parameters("text must be UTF-8");
  }
}

void check_account(Bridge& bridge, const std::string& account_id) {
  const auto* account = bridge.world.account(account_id);
  if (account == nullptr) not_found("account " + account_id);
  if (account->status != "OK") {
    throw Refused{401, "disconnected_account", "Disconnected account",
                  "The account appears to be disconnected from the provider service."};
  }
}

ApiReply dropped() {
  ApiReply reply;
  reply.drop_connection = true;
  return reply;
}

void note(Bridge& bridge, SendRecord record, const char* outcome, int status) {
  record.outcome = outcome;
  record.status = status;
  const std::lock_guard lock(bridge.mutex);
  bridge.world.sends.push_back(std::move(record));
}

SendRecord new_record(const char* route, const std::string& chat_id, const SendForm& form) {
  SendRecord record;
  record.at_ms = clock_ms();
  record.route = route;
  record.chat_id = chat_id;
  record.text = form.text;
  record.account_id = form.account_id;
  record.quote_id = form.quote_id;
  record.typing_duration = form.typing_duration;
  record.attachments = form.attachments.size();
  return record;
}

// Puts the message on the phone; returns the deliveries of its echo. Lock held.
std::vector<std::int64_t> put_on_phone(Bridge& bridge, Chat& chat, const SendForm& form, std::string& message_id) {
  Message message;
  if (!form.text.empty()) message.text = form.text;
  message.attachments = form.attachments;
  message.quoted_id = form.quote_id;
  message.origin = "api";
  message.sender_attendee_id = bridge.world.self_of(chat).id;
  auto& stored = bridge.world.add_message(chat, std::move(message));
  message_id = stored.id;
  std::vector<std::int64_t> echoes;
  const bool before = bridge.options.echo == "before";
  if (bridge.options.echo != "off") {
    echoes = bridge.emit("message_received", stored, before ? 0 : bridge.options.echo_delay_ms);
  }
  if (bridge.options.delivery_receipts) {
    stored.delivered = stored.seen = true;
    bridge.emit("message_delivered", stored, bridge.options.echo_delay_ms);
    bridge.emit("message_read", stored, bridge.options.echo_delay_ms);
  }
  return before ? echoes : std::vector<std::int64_t>{};
}

// What both routes do once form and route are known. `find_chat` runs with the lock held.
template <class FindChat, class Respond>
ApiReply send(Bridge& bridge, SendRecord record, const SendForm& form, FindChat find_chat, Respond respond) {
  const auto fault = bridge.take_fault(record.route, form.text);
  if (fault && fault->delay_ms > 0) std::this_thread::sleep_for(std::chrono::milliseconds(fault->delay_ms));
  if (fault && fault->kind == "drop_before") {
    note(bridge, std::move(record), "dropped_before", 0);
    return dropped();
  }
  std::int64_t pause_ms = 0;
  std::string message_id;
  std::vector<std::int64_t> echoes;
  bool null_id = false;
  try {
    if (fault && fault->kind == "status") {
      const auto status = static_cast<int>(fault->status);
      throw Refused{status, fault->type, "Planned by the test", fault->detail, fault->retry_after};
    }
    std::unique_lock lock(bridge.mutex);
    check_account(bridge, find_chat()->account_id);
    check_content(bridge, form);
    pause_ms = bridge.options.send_delay_ms + (bridge.options.honour_typing_duration ? typing_ms(form) : 0);
    if (pause_ms > 0) {
      lock.unlock();
      std::this_thread::sleep_for(std::chrono::milliseconds(pause_ms));
      lock.lock();
    }
    auto* chat = find_chat();
    check_account(bridge, chat->account_id);
    record.chat_id = chat->id;
    echoes = put_on_phone(bridge, *chat, form, message_id);
    null_id = bridge.options.null_message_id;
  } catch (const Refused& refused) {
    note(bridge, std::move(record), "refused", refused.status);
    throw;
  }
  record.message_id = message_id;
  const auto chat_id = record.chat_id;
  const bool drop_after = fault && fault->kind == "drop_after";
  note(bridge, std::move(record), drop_after ? "dropped_after" : "sent", drop_after ? 0 : 201);
  if (!echoes.empty()) bridge.sender.wait_first_attempt(echoes, kEchoWaitMs);
  if (drop_after) return dropped();
  return reply(201, respond(chat_id, null_id ? json(nullptr) : json(message_id)));
}

}  // namespace

ApiReply send_message(Bridge& bridge, const ApiRequest& request, const std::string& chat_id) {
  const auto form = read_form(request);
  const auto find_chat = [&]() -> Chat* {
    auto* chat = bridge.world.chat(chat_id);
    if (chat == nullptr) not_found("chat " + chat_id);
    if (!form.account_id.empty() && form.account_id != chat->account_id) {
      throw Refused{401, "wrong_account", "Wrong account", "The chat does not belong to account " + form.account_id};
    }
    return chat;
  };
  return send(bridge, new_record("send", chat_id, form), form, find_chat,
              [](const std::string&, const json& message_id) -> json {
                return {{"object", "MessageSent"}, {"message_id", message_id}};
              });
}

ApiReply start_chat(Bridge& bridge, const ApiRequest& request) {
  const auto form = read_form(request);
  if (form.account_id.empty()) bad_parameters("account_id is missing");
  if (form.attendees.empty()) bad_parameters("attendees_ids is missing");
  for (const auto& id : form.attendees) {
    const bool number = id.size() > 15 && id.find("@s.whatsapp.net") == id.size() - 15;
    const bool lid = id.size() > 4 && id.rfind("@lid") == id.size() - 4;
    if (!lid && (!number || digits_of(id).size() < 8)) {
      throw Refused{422, "invalid_recipient", "Invalid recipient", "attendees_ids: " + id + " cannot be reached"};
    }
  }
  const auto find_chat = [&]() -> Chat* {
    if (bridge.world.account(form.account_id) == nullptr) not_found("account " + form.account_id);
    const auto phone = digits_of(form.attendees.front());
    auto* contact = bridge.world.contact_by_phone(form.account_id, phone);
    for (auto& item : bridge.world.attendees) {
      if (contact == nullptr && item.lid == form.attendees.front()) contact = &item;
    }
    if (contact == nullptr) {
      contact = &bridge.world.add_attendee(form.account_id, phone, "", bridge.options.contact_style);
    }
    return &bridge.world.single_chat(*contact);
  };
  return send(bridge, new_record("start_chat", "", form), form, find_chat,
              [](const std::string& chat_id, const json& message_id) -> json {
                return {{"object", "ChatStarted"}, {"chat_id", chat_id}, {"message_id", message_id}};
              });
}

}  // namespace sessioncore::simulators::rest
