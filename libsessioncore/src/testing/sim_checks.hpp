// The checkers: what must hold at each commit, and what must hold when the world has come to rest.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include <sessioncore/testing/memory_store.hpp>
#include <sessioncore/testing/simulator.hpp>

namespace sessioncore::testing {

// A text as it stands on the contact's phone.
struct Shown {
  ChatId chat;
  MessageNumber message = 0;  // 0: written by a person on the phone
  ProviderMessageId provider_id;
  std::string text;
  Instant at;
};

class Checks {
 public:
  // At each commit.
  void on_commit(const Commit& commit, const MemoryStore& store);
  // A crash while the channel had this send: it may stand on the phone once more for each (P5).
  void allow_one_more(const ChatId& chat, MessageNumber message) { ++crashes_with_[{chat, message}]; }
  // The channel lost track of this send: it may stand there once more, however often that happens (P5, R22).
  void on_doubt(const ChatId& chat, MessageNumber message) { doubted_.insert({chat, message}); }
  // An attempt begins, perhaps long after the hand-over (P3).
  void on_send_begins(const ChatId& chat, MessageNumber message, const MemoryStore& store);
  void on_shown(const Shown& shown) { shown_.push_back(shown); }
  // A webhook of a contact or a person was answered with success (P1).
  void on_acknowledged(const ChatId& chat, const ProviderMessageId& id) { acknowledged_.insert({chat, id}); }
  // The agent was asked this (R5): the texts of one question.
  void on_asked(const ChatId& chat, const std::vector<std::string>& texts);
  // The agent's answer to its latest question has been stored.
  void on_asked_answered(const ChatId& chat);
  void on_answered(const Commit& commit, const MemoryStore& store);

  // The process died: commits of which nobody heard are found in the store only.
  void on_crash(const MemoryStore& store);

  // After a while without faults, and before anybody writes once more: nobody may depend on that (P7).
  void at_quiet(const MemoryStore& store);
  // At the end.
  void at_rest(const MemoryStore& store);

  void violated(const std::string& what);
  [[nodiscard]] const std::vector<std::string>& violations() const { return violations_; }
  [[nodiscard]] const std::vector<Shown>& shown() const { return shown_; }

 private:
  using MessageKey = std::pair<ChatId, MessageNumber>;

  void note_taken(const Commit& commit);
  [[nodiscard]] unsigned duplicates_allowed(const MessageKey& send) const;
  void check_agent_stays_silent(const Commit& commit, const MemoryStore& store);
  void check_account(const Commit& commit);
  void check_grace(const Commit& commit);
  void check_queue(const Commit& commit);
  void check_arrival(const Commit& commit);
  void check_receipts(const Commit& commit);
  void check_pending(const Commit& commit, const MemoryStore& store);
  void check_lost(const Commit& commit, const Answer& answer);
  void check_texts_of_people(const Commit& commit);
  void settle_text_of_person(const Commit& commit, const MessageUpdated& change);
  void check_deadline(const Commit& commit, const MemoryStore& store);
  void check_bounds(const Commit& commit);
  void check_counted_once(const MemoryStore& store, const ChatId& chat);
  void check_sends(const MemoryStore& store, const ChatId& chat);
  [[nodiscard]] bool shown_text(const ChatId& chat, const std::string& text) const;
  void check_echoes(const MemoryStore& store, const ChatId& chat);
  static bool was_handed_back_later(const MemoryStore& store, const ChatId& chat, MessageNumber question);
  void check_finished(const MemoryStore& store, const ChatId& chat);
  void check_replay(const MemoryStore& store, const ChatId& chat);

  void forget_open(const ChatId& chat, const Conversation& state, MemoryStore& store);

  std::map<ChatId, Conversation> last_;
  std::set<MessageKey> read_;
  std::map<ChatId, MessageNumber> taken_at_;  // the latest message when the agent lost the conversation last
  // The texts of people that may still go out, with what was open when each was written.
  std::map<ChatId, std::map<MessageNumber, std::set<MessageNumber>>> covered_by_;
  std::map<MessageKey, unsigned> crashes_with_;
  std::set<MessageKey> doubted_;
  std::vector<Shown> shown_;
  std::set<std::pair<ChatId, ProviderMessageId>> acknowledged_;
  std::map<ChatId, std::vector<std::string>> asked_;
  std::set<std::pair<ChatId, std::string>> answered_;
  std::vector<std::string> violations_;
};

}  // namespace sessioncore::testing
