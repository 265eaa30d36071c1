// The way out: sends in order, their results, and our own echoes (R3, R21, R22, R23).
#pragma once

#include "core/draft.hpp"

namespace sessioncore::detail {

// Records a text of ours, split at the channel's limit, and queues its parts. False if one of them found no room.
bool send_out(Draft& draft, Author author, const std::optional<UserId>& user, std::string_view text);

void on_send_succeeded(Draft& draft, const SendSucceeded& event);
void on_send_failed(Draft& draft, const SendFailed& event);
void confirm_send(Draft& draft, const SelfMessage& echo);

void perform_again(Draft& draft);
void settle_ambiguous(Draft& draft);
// After a restart: what had been handed to the channel may or may not have gone out.
void recover_sends(Draft& draft);

// The account is back: what was held waits its turn again.
void release_sends(Draft& draft);

// The agent has lost the conversation (P3): none of its texts is tried again, and what the channel has not begun to
// send is taken back.
void stop_sends(Draft& draft);
void recall_sends(Draft& draft);

// At the end of each step: what becomes of each send that waits (P3, R21); one of them is handed to the channel.
void pump_sends(Draft& draft);

}  // namespace sessioncore::detail
