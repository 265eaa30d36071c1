// The options in force: a base that stays, patches for the next connection or turn, and scripts chosen by the text.
#pragma once

#include "plans.hpp"

#include <memory>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace sessioncore::simulators {

class OptionStore {
 public:
  OptionStore();
  ~OptionStore();

  // Applies a PUT /sim/options body entirely or not at all; throws BadInput naming the field.
  void put(const nlohmann::json& body);
  void reset();
  [[nodiscard]] nlohmann::json show() const;

  // Takes the next waiting patch. `patch` receives it, so that its turn options hold for the whole connection.
  ConnectionPlan take_connection(std::string& patch);
  TurnPlan take_turn(const std::string& text, const std::string& connection_patch);
  [[nodiscard]] DoorPlan door() const;
  // The status for this signed-url request; counts down signed_url_status_count.
  int take_signed_url_status();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sessioncore::simulators
