#include "migrations.hpp"

namespace sessioncore::sqlite {

// A chat's messages in the order in which they were written (R25); the row's id, in which the number is, orders equal
// times. Where another message than the one written last was shown as the last one, it is shown from now on.
const char kMigration0007[] = R"sql(
CREATE INDEX messages_by_time ON messages (chat, provider_time_ms);
UPDATE chats SET last_message = latest.number, last_message_at_ms = latest.received_at_ms,
    last_message_preview = iif(latest.deleted, '', substr(latest.text, 1, 100))
  FROM messages AS latest
  WHERE latest.id = (SELECT id FROM messages WHERE messages.chat = chats.chat AND delivery <> 6
                       ORDER BY provider_time_ms DESC, id DESC LIMIT 1)
    AND latest.provider_time_ms >
        (SELECT provider_time_ms FROM messages WHERE messages.id = chats.chat << 32 | chats.last_message);
)sql";

}  // namespace sessioncore::sqlite
