// Reading the bodies of the control API: every complaint names the field.
#pragma once

#include "bridge.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace sessioncore::simulators::control {

struct NotFound : std::runtime_error {
  using std::runtime_error::runtime_error;
};

std::string text_field(const nlohmann::json& body, const char* name, const std::string& fallback = "");
std::string required_text(const nlohmann::json& body, const char* name);
std::int64_t number_field(const nlohmann::json& body, const char* name, std::int64_t fallback);
bool flag_field(const nlohmann::json& body, const char* name, bool fallback);
// An ISO time or unix milliseconds; nothing when absent.
std::optional<std::int64_t> time_field(const nlohmann::json& body, const char* name);
std::vector<Attachment> attachments_field(const nlohmann::json& body);
void allow_only(const nlohmann::json& body, const std::vector<std::string>& names);

Chat& chat_named(Bridge& bridge, const std::string& id);
Message& message_named(Bridge& bridge, const nlohmann::json& body);

// The handlers; the lock is held.
nlohmann::json write_as_contact(Bridge& bridge, const nlohmann::json& body);
nlohmann::json write_on_phone(Bridge& bridge, const nlohmann::json& body);
nlohmann::json edit_message(Bridge& bridge, const nlohmann::json& body);
nlohmann::json delete_message(Bridge& bridge, const nlohmann::json& body);
nlohmann::json react(Bridge& bridge, const nlohmann::json& body);
nlohmann::json mark_read(Bridge& bridge, const nlohmann::json& body);
nlohmann::json mark_delivered(Bridge& bridge, const nlohmann::json& body);
nlohmann::json show_chats(Bridge& bridge);
nlohmann::json show_chat(Bridge& bridge, const std::string& id);
nlohmann::json show_sends(Bridge& bridge);
nlohmann::json show_deliveries(Bridge& bridge);

}  // namespace sessioncore::simulators::control
