/// Scripts that drive one chat through `step()` and show all that follows: tests that people can read.
///
/// A script is blocks of commands, one a line; `----` ends the commands of a block, what follows up to the next blank
/// line is the output they gave. `run_script` returns the script with the output that the commands give now: a test
/// compares the two, a rewrite stores the result. Lines that begin with `#` are comments.
///
///     policy grace_period_seconds=60
///     contact id=c1 text="Are you open today?"
///     ----
///     0s contact_message accepted 18.1/2
///       phase none -> waiting until 60s
///       message m1 contact s1 id=c1 "Are you open today?"
///       session s1 waiting messages=1
///
/// The clock starts at 0s and moves only by `advance` (which gives a `Tick` at every deadline on its way, as an engine
/// would) and `sleep` (which gives none: a late engine). The script plays everybody else:
///
///     policy KEY=VALUE...                       the configuration's keys; also agent=NAME|none, blacklisted=on|off,
///                                               account=connected|disconnected|removed|catching_up
///     contact [id=] text= [at=] [kind=] [name=] [attachments=]     self, with the same
///     edit id= text=     delete id=     report id= as=delivered|read
///     link_ready [conversation=]     reply text= [event=] [questions=]     tool name= [call=] [parameters=]
///     link_closed as=clean|failed|refused|busy [detail=]       (these four take generation=; default: the link's)
///     sent m= [attempt=] [id=]
///     send_failed m= [attempt=] as=retryable|permanent|disconnected|ambiguous|withdrawn [detail=]
///     take_over user= [force]   release user= [immediate]   close user=   reopen user=   send user= text= [claim]
///     handoff [detail=]     blacklist on|off     account connected|disconnected|removed|catching_up
///     recovered     tick
///     advance DURATION      sleep DURATION       state         view        messages
///
/// Durations are `180s`, `1.5s`, `300ms`, `5m` or `1h`. `at` is the provider's time of a message, relative to now
/// (`-5s`) or `none`. Thread rule: no shared state.
#pragma once

#include <string>
#include <string_view>

#include <sessioncore/core/step.hpp>
#include <sessioncore/result.hpp>

namespace sessioncore::testing {

/// The script with the outputs that its commands give. Bad input: `invalid_argument` naming line, command and field.
[[nodiscard]] Result<std::string> run_script(std::string_view script);

/// What a step did: verdict and rules, phase change, records and effects, one indented line each. Times are relative
/// to `zero`.
[[nodiscard]] std::string describe(const Conversation& before, const Event& event, const Step& step, Instant zero);

/// A state, one line for each part that is not empty.
[[nodiscard]] std::string describe(const Conversation& state, Instant zero);

}  // namespace sessioncore::testing
