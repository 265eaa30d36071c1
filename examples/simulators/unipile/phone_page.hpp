// The page at /: generated from phone_page.html at build time.
#pragma once

namespace sessioncore::simulators {

extern const char* const kPhonePage;

}  // namespace sessioncore::simulators
