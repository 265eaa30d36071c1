/// One JSON object per line on standard error.
///
/// Call sites name an event and its fields. Message texts, names, phone numbers, passwords, tokens and keys are never
/// given to a log call above the debug level; ids are. Thread rule: any thread.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace sessioncore::server::log {

enum class Level { debug, info, warn, error, off };
using Field = std::pair<std::string_view, std::string>;
using Fields = std::initializer_list<Field>;

/// `level` is one of debug, info, warn, error, off.
void set_up(const std::string& level);
[[nodiscard]] bool enabled(Level level);

void debug(std::string_view event, Fields fields = {});
void info(std::string_view event, Fields fields = {});
void warn(std::string_view event, Fields fields = {});
void error(std::string_view event, Fields fields = {});

}  // namespace sessioncore::server::log
