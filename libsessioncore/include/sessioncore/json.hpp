/// JSON forms of the library's values, for stores, logs and bindings. Field names are those of the C++ members;
/// durations and instants are integers of milliseconds and end in `_ms`; digests are 16 hexadecimal digits, so that
/// readers that know only floating-point numbers keep them whole. Fields that are empty, zero or false are left out
/// where their absence means just that; a policy is written in full. The same value always gives the same bytes.
///
/// Reading never throws: a malformed text is `Error{corrupt}` that names the field as a JSON pointer and quotes nothing
/// of its content. Fields that are not known are refused. Thread rule: pure functions.
#pragma once

#include <string>
#include <string_view>

#include <sessioncore/core/step.hpp>
#include <sessioncore/result.hpp>

namespace sessioncore::json {

[[nodiscard]] std::string write(const Conversation& state);
[[nodiscard]] Result<Conversation> read_conversation(std::string_view text);

[[nodiscard]] std::string write(const Policy& policy);
[[nodiscard]] Result<Policy> read_policy(std::string_view text);

/// `{"type": "contact_message", ...}`.
[[nodiscard]] std::string write(const Event& event);
[[nodiscard]] Result<Event> read_event(std::string_view text);

[[nodiscard]] std::string write(const std::vector<Effect>& effects);
[[nodiscard]] Result<std::vector<Effect>> read_effects(std::string_view text);

[[nodiscard]] std::string write(const Outcome& outcome);
/// Rule ids become pointers into the library's own tables; an id the tables do not know is `corrupt`.
[[nodiscard]] Result<Outcome> read_outcome(std::string_view text);

/// `{"type": "message_recorded", ...}`.
[[nodiscard]] std::string write(const Record& record);
[[nodiscard]] Result<Record> read_record(std::string_view text);

}  // namespace sessioncore::json
