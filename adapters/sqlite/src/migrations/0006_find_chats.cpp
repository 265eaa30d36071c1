#include "migrations.hpp"

namespace sessioncore::sqlite {

// A number's chats, and those that run through an account. Neither column changes with a message.
const char kMigration0006[] = R"sql(
CREATE INDEX chats_by_phone ON chats (tenant, contact_phone);
CREATE INDEX chats_by_account ON chats (tenant, account);
)sql";

}  // namespace sessioncore::sqlite
