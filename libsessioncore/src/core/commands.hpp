// What people ask for (S9.5, S18.3).
#pragma once

#include "core/draft.hpp"

namespace sessioncore::detail {

void on_take_over(Draft& draft, const TakeOver& command);
void on_release(Draft& draft, const Release& command);
void on_close(Draft& draft, const Close& command);
void on_reopen(Draft& draft, const Reopen& command);
void on_send_text(Draft& draft, const SendText& command);

}  // namespace sessioncore::detail
