/// Phone numbers in one form, so that two spellings of a number compare equal (R14, R16).
///
/// Thread rule: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace sessioncore::unipile {

/// `+` and 7 to 15 digits, or empty when the text is no phone number. Spaces, hyphens, dots, parentheses, slashes and
/// the invisible marks that address books add are skipped; a leading `00` counts as `+`. A WhatsApp id with a number
/// (`<digits>[:<device>]@s.whatsapp.net`) is accepted; a privacy id (`@lid`), a group and the word "hidden" are not.
[[nodiscard]] std::string normalise_phone(std::string_view text);

/// Whether a normalised number begins with 0, as none with its country code does: a contact's number, which always has
/// it, would never be this one.
[[nodiscard]] bool lacks_country_code(std::string_view number);

}  // namespace sessioncore::unipile
