// error: UserTag|no matching function|could not convert|invalid initialization|no known conversion
// Ids are strings of distinct types.
#include <sessioncore/ids.hpp>

std::string first_message(const sessioncore::UserId& user, const sessioncore::ChatId& chat) {
#ifdef CORRECT
  return user.value + sessioncore::message_id(chat, 1);
#else
  return chat.value + sessioncore::message_id(user, 1);
#endif
}
