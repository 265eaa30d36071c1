/// The life of three chats, from the first message to a new session, played against running programs and checked.
#pragma once

#include "teller.hpp"
#include "world.hpp"

#include <functional>
#include <initializer_list>
#include <string>

namespace sessioncore::story {

class Story {
 public:
  Story(World& world, Teller& teller) : world_(world), teller_(teller) {}

  /// Throws `StepFailed` where it does not come true. The server is running before and after.
  void play();

 private:
  void three_messages_one_session();
  void grace_expires_one_answer();
  void buffered_and_answered_once();
  void human_answers_on_the_phone();
  void agent_stays_silent();
  void release_answers_what_is_pending();
  void takeover_suppresses_the_late_reply();
  void crash_with_chats_unfinished();
  void restart_answers_each_once();
  void close_and_a_new_session();

  /// A contact who writes quickly, however slow this program is.
  void write_in_a_row(Chat& chat, const char* phone, std::initializer_list<const char*> texts);
  /// Waits until it is true and marks it; throws after the world's patience.
  void expect(const std::string& what, const std::function<bool()>& condition);
  /// Checks that it stays true for longer than the server would need to break it.
  void expect_still(const std::string& what, const std::function<bool()>& condition);
  void expect_accepted(const std::string& what, const Answer& answer);
  void tell_decisions();
  [[nodiscard]] bool in(Chat& chat, const std::string& mode, const std::string& session_status);
  [[nodiscard]] std::size_t received(const Chat& chat) { return world_.received_by_contact(chat).size(); }

  World& world_;
  Teller& teller_;
  Chat ayse_{"Ayse", "", ""};
  Chat bora_{"Bora", "", ""};
  Chat cem_{"Cem", "", ""};
  Chat deniz_{"Deniz", "", ""};
};

}  // namespace sessioncore::story
