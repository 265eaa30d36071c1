// How the bridge shows its world: REST objects (flags are 0/1) and webhook bodies (flags are booleans, other names).
#pragma once

#include "model.hpp"
#include "world.hpp"

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace sessioncore::simulators::render {

nlohmann::json rest_account(const Account& account);
nlohmann::json rest_chat(World& world, const Chat& chat);
// A single chat carries its newest message; those of a list do not.
nlohmann::json rest_chat_with_last_message(World& world, const Chat& chat);
nlohmann::json rest_message(World& world, const Message& message);
nlohmann::json rest_attendee(const Attendee& attendee);
nlohmann::json rest_webhook(const World& world, const Webhook& webhook);

// event: message_received, message_edited, … `reaction` and `reactor` are used by message_reaction only.
nlohmann::json webhook_message(World& world, const BridgeOptions& options, const std::string& event,
                               const Message& message, const std::string& reaction, const Attendee* reactor);
nlohmann::json webhook_account_status(const BridgeOptions& options, const std::string& account_id,
                                      const std::string& message);

// The error body of the API.
nlohmann::json error(int status, const std::string& type, const std::string& title, const std::string& detail);

}  // namespace sessioncore::simulators::render
