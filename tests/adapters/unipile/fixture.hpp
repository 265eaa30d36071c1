// The example payloads of this folder, as they are or with one field changed.
#pragma once

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <variant>

#include <nlohmann/json.hpp>

#include <sessioncore/unipile/webhook.hpp>

namespace sessioncore::unipile::tests {

inline std::string fixture(const std::string& name) {
  std::ifstream file(std::string(FIXTURES) + "/" + name + ".json");
  if (!file) throw std::runtime_error("no fixture " + name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

inline nlohmann::json fixture_json(const std::string& name) {
  return nlohmann::json::parse(fixture(name));
}

template <class Kind>
Kind parsed(const std::string& body) {
  auto result = parse_webhook(body);
  if (!result) throw std::runtime_error("refused: " + result.error().detail);
  if (auto* kind = std::get_if<Kind>(&*result)) return *kind;
  throw std::runtime_error("parsed as alternative " + std::to_string(result->index()));
}

template <class Kind>
Kind event_of(const MessageWebhook& webhook) {
  if (const auto* kind = std::get_if<Kind>(&webhook.event)) return *kind;
  throw std::runtime_error("event is alternative " + std::to_string(webhook.event.index()));
}

// Empty when the body is accepted.
inline std::string refusal(const std::string& body) {
  const auto result = parse_webhook(body);
  if (result) return {};
  return result.error().code == ErrorCode::invalid_argument ? result.error().detail : "wrong error code";
}

}  // namespace sessioncore::unipile::tests
