#include "api/decision_view.hpp"

#include "api/words.hpp"
#include "iso_time.hpp"

#include <nlohmann/json.hpp>

#include <sessioncore/core/rules.hpp>
#include <sessioncore/json.hpp>

namespace sessioncore::server {

using nlohmann::json;

json view_of_decision(const ChatId& chat, std::uint64_t index, const Decision& decision) {
  const Outcome& outcome = decision.outcome;
  json rules = json::array();
  json says = json::array();
  for (const auto id : outcome.rules) {
    rules.push_back(std::string(id));
    const Rule* rule = find_rule(id);
    says.push_back(rule == nullptr ? "" : std::string(rule->says));
  }
  json effect_names = json::array();
  for (const Effect& effect : decision.effects) effect_names.push_back(std::string(name_of(effect)));
  const bool has_reason = outcome.reason != Reason::none;
  return {{"_id", chat.value + "-d" + std::to_string(index)},
          {"index", index},
          {"at", iso_time(decision.at)},
          {"event", json::parse(sessioncore::json::write(decision.event))},
          {"verdict", std::string(to_string(outcome.verdict))},
          {"reason", has_reason ? json(std::string(to_string(outcome.reason))) : json(nullptr)},
          {"rules", std::move(rules)},
          {"explanation", std::move(says)},
          {"phase_before", std::string(to_string(decision.before))},
          {"phase_after", std::string(to_string(decision.after))},
          {"effects", json::parse(sessioncore::json::write(decision.effects))},
          {"effect_names", std::move(effect_names)}};
}

std::string explained(const Decision& decision) {
  std::string line = iso_time(decision.at) + "  " + std::string(name_of(decision.event)) + ": ";
  line += std::string(to_string(decision.outcome.verdict));
  if (decision.outcome.reason != Reason::none) line += " (" + std::string(to_string(decision.outcome.reason)) + ")";
  if (decision.before != decision.after) {
    line += ", " + std::string(to_string(decision.before)) + " -> " + std::string(to_string(decision.after));
  }
  line += "\n    " + in_words(decision.event);
  for (const auto id : decision.outcome.rules) {
    const Rule* rule = find_rule(id);
    line += "\n    " + std::string(id) + "  " + (rule == nullptr ? "" : std::string(rule->says));
  }
  for (const Effect& effect : decision.effects) line += "\n    then " + in_words(effect);
  return line;
}

}  // namespace sessioncore::server
