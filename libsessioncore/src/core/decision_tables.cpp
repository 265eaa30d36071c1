// The proof that the tables are total and unambiguous, and the list of all rows for people and programs.
#include <sessioncore/core/decision_tables.hpp>

namespace sessioncore {

static_assert(exactly_one_row(kContactMessageTable));
static_assert(exactly_one_row(kOverflowTable));
static_assert(exactly_one_row(kSelfMessageTable));
static_assert(exactly_one_row(kTakeOverTable));
static_assert(exactly_one_row(kReleaseTable));
static_assert(exactly_one_row(kCloseTable));
static_assert(exactly_one_row(kReopenTable));
static_assert(exactly_one_row(kSendTextTable));
static_assert(exactly_one_row(kDeadlineTable));
static_assert(exactly_one_row(kQueuedRetryTable));
static_assert(exactly_one_row(kAmbiguousSendTable));
static_assert(exactly_one_row(kLinkTable));
static_assert(exactly_one_row(kLinkUseTable));
static_assert(exactly_one_row(kFallbackTable));
static_assert(exactly_one_row(kGiveUpTable));
static_assert(exactly_one_row(kReplyTable));
static_assert(exactly_one_row(kSendResultTable));
static_assert(exactly_one_row(kWaitingSendTable));
static_assert(exactly_one_row(kNoRoomTable));
static_assert(exactly_one_row(kRestOfAnswerTable));
static_assert(exactly_one_row(kEchoBoundTable));
static_assert(exactly_one_row(kTurnTable));
static_assert(exactly_one_row(kFactTable));

}  // namespace sessioncore
