#include "teller.hpp"

#include <cstdio>

#include <nlohmann/json.hpp>

namespace sessioncore::story {

using nlohmann::json;

namespace {

std::string joined(const json& list) {
  std::string text;
  for (const auto& item : list) text += (text.empty() ? "" : " ") + item.get<std::string>();
  return text.empty() ? "-" : text;
}

std::string text_of(const json& decision, const char* field) {
  const auto at = decision.find(field);
  return at != decision.end() && at->is_string() ? at->get<std::string>() : "";
}

std::string phases_of(const json& decision) {
  const auto before = text_of(decision, "phase_before");
  const auto after = text_of(decision, "phase_after");
  return before == after ? after : before + " > " + after;
}

/// The time of day, in UTC: how the decision is marked in the audit log.
std::string time_of(const json& decision) {
  const auto at = text_of(decision, "at");
  return at.size() == 24 ? at.substr(11, 12) : at;
}

std::string verdict_of(const json& decision) {
  const auto reason = text_of(decision, "reason");
  return text_of(decision, "verdict") + (reason.empty() ? "" : " (" + reason + ")");
}

}  // namespace

Teller::Teller() : began_(std::chrono::steady_clock::now()) {}

std::string Teller::clock() const {
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - began_;
  char text[32];
  std::snprintf(text, sizeof text, "%6.2f s", passed.count());
  return text;
}

void Teller::step(const std::string& title) {
  std::printf("\n%s  %2d. %s\n", clock().c_str(), ++steps_, title.c_str());
  std::fflush(stdout);
}

void Teller::note(const std::string& text) const {
  std::printf("              %s\n", text.c_str());
}

void Teller::passed(const std::string& what) {
  ++checks_;
  std::printf("%s      ok  %s\n", clock().c_str(), what.c_str());
  std::fflush(stdout);
}

void Teller::decisions(const std::string& chat_name, const json& list) {
  for (const auto& decision : list) {
    if (!told_.insert(text_of(decision, "_id")).second) continue;
    ++decisions_;
    const auto& rules = decision.at("rules");
    for (const auto& rule : rules) ++rules_[rule.get<std::string>()];
    std::printf("              | %s  %-5s %-16s %-16s %-19s %s%s\n", time_of(decision).c_str(), chat_name.c_str(),
                text_of(decision.at("event"), "type").c_str(), joined(rules).c_str(), phases_of(decision).c_str(),
                verdict_of(decision).c_str(),
                decision.at("effects").empty() ? "" : ("; " + joined(decision.at("effect_names"))).c_str());
  }
  std::fflush(stdout);
}

void Teller::summary() const {
  std::printf("\n%s  The story came true: %d checks, %zu decisions by %zu rows of the decision tables.\n",
              clock().c_str(), checks_, decisions_, rules_.size());
}

}  // namespace sessioncore::story
