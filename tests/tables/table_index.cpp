#include "table_index.hpp"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <stdexcept>

#include <sessioncore/core/rules.hpp>

namespace sessioncore::tables {
namespace {

struct Question {
  std::string_view table;
  std::string_view text;
};

constexpr Question kQuestions[] = {
    {"contact_message", "The contact wrote: what becomes of it?"},
    {"overflow", "Too many messages wait for an answer: what now?"},
    {"self_message", "The business's own account wrote: was that us or a person, and who has the conversation then?"},
    {"take_over", "May this user take the conversation over?"},
    {"release", "May this user hand it back, and is the agent asked at once?"},
    {"close", "May the chat be closed?"},
    {"reopen", "May the chat be opened again?"},
    {"send_text", "May this user send this text?"},
    {"deadline", "A deadline has come: what happens?"},
    {"queued_retry", "Nobody has claimed it since the agent failed: is the agent asked again?"},
    {"ambiguous_send", "Nobody knows whether a text went out: is it sent again?"},
    {"link", "The agent's link is ready or lost, or the agent calls a tool: what now?"},
    {"link_use", "There is a question, and a link is open: does it go there?"},
    {"fallback", "The agent could not be reached: is the fallback text said?"},
    {"give_up", "The agent could not be reached: who is wanted, and is it asked again?"},
    {"reply", "The agent said something: is it sent?"},
    {"send_result", "The channel reports on a text: sent, tried again, or given up?"},
    {"waiting_send", "May a text that waits go out now?"},
    {"rest_of_answer", "A part of an answer failed: does the rest still go out?"},
    {"echo_bound", "Too many texts are out whose echo may come: what now?"},
    {"no_room", "Too many texts are on their way: what becomes of one more of the agent?"},
    {"turn", "May the agent be asked?"},
    {"fact", "An edit, a receipt, a wish for a human, news of blacklist or account, or a restart: what changes?"},
};

// The rows of a table that name one of these values in a column, or any value if none is given; without a column, all.
struct Place {
  std::string_view table;
  std::string_view column = {};
  std::vector<std::string_view> values = {};
};
struct Key {
  std::vector<std::string_view> names;
  std::vector<Place> places;
};

const std::vector<Key>& keys() {
  static const std::vector<Key> kKeys = {
      {{"grace_period_seconds", "human_cooldown_seconds"}, {{"deadline", "deadline", {"grace"}}}},
      {{"message_buffer_seconds", "message_buffer_max_seconds"}, {{"deadline", "deadline", {"buffer"}}}},
      {{"reply_timeout_seconds"}, {{"deadline", "deadline", {"reply"}}}},
      {{"link_init_timeout_seconds"}, {{"deadline", "deadline", {"link init"}}}},
      {{"link_idle_timeout_seconds"}, {{"deadline", "deadline", {"link idle"}}}},
      {{"greeting_wait_seconds"}, {{"deadline", "deadline", {"ask"}}}},
      {{"reconnect_base_seconds", "busy_base_seconds"}, {{"deadline", "deadline", {"reconnect"}}}},
      {{"reconnect_attempts_max"}, {{"link", "attempts"}}},
      {{"retry_max_seconds"}, {{"deadline", "deadline", {"reconnect", "send retry"}}}},
      {{"conversation_timeout_seconds"}, {{"link_use", "link", {"expired"}}}},
      {{"fallback_text"}, {{"fallback"}}},
      {{"queued_retry_seconds"}, {{"deadline", "deadline", {"queued retry"}}, {"queued_retry"}}},
      {{"ai_turns_per_hour_max"}, {{"turn", "agent may be asked", {"over limit"}}}},
      {{"forward_unsolicited"}, {{"reply", "forward unsolicited"}}},
      {{"handoff_tool"}, {{"link", "event", {"handoff tool", "handoff in queue", "handoff again"}}}},
      {{"handoff_farewell_seconds"}, {{"deadline", "deadline", {"handoff"}}, {"reply", "reply", {"farewell"}}}},
      {{"answer_while_queued"}, {{"contact_message", "while queued"}}},
      {{"ai_inactivity_seconds", "human_inactivity_seconds", "queued_inactivity_seconds"},
       {{"deadline", "deadline", {"inactivity"}}}},
      {{"send_attempts_max"}, {{"send_result", "attempts"}}},
      {{"send_retry_base_seconds", "account_retry_seconds"}, {{"deadline", "deadline", {"send retry"}}}},
      {{"ambiguous_send_wait_seconds"}, {{"deadline", "deadline", {"ambiguous send"}}}},
      {{"on_ambiguous_send"}, {{"ambiguous_send", "on ambiguous send"}}},
      {{"echo_match_window_seconds"}, {{"self_message", "origin", {"own echo"}}}},
      {{"late_after_seconds"},
       {{"contact_message", "arrival", {"late"}}, {"self_message", "newer question", {"missed"}}}},
      {{"text_max_chars"}, {{"send_text", "text", {"too long"}}}},
      {{"pending_messages_max"}, {{"overflow"}}},
      {{"echoes_max"}, {{"echo_bound"}}},
      {{"sends_max"}, {{"send_text", "text", {"no room"}}, {"no_room"}}},
  };
  return kKeys;
}

const RuleTable& table_of(std::string_view name) {
  const auto tables = rule_tables();
  const auto found = std::find_if(tables.begin(), tables.end(), [&](const RuleTable& one) { return one.name == name; });
  if (found == tables.end()) throw std::logic_error("no table " + std::string(name));
  return *found;
}

std::string_view question_about(std::string_view table) {
  const auto found = std::find_if(std::begin(kQuestions), std::end(kQuestions),
                                  [&](const Question& one) { return one.table == table; });
  if (found == std::end(kQuestions)) throw std::logic_error("no question leads to table " + std::string(table));
  return found->text;
}

// As readers of Markdown make it of a heading.
std::string anchor_of(std::string_view heading) {
  std::string anchor;
  for (const char letter : heading) {
    if (letter == ' ' || letter == '-') anchor += '-';
    if (std::isalnum(static_cast<unsigned char>(letter)) != 0) {
      anchor += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    }
  }
  return anchor;
}

// "grace or buffer" names both; "any" and "not grace" name none.
bool names(const std::string& cell, std::string_view value) {
  if (cell.rfind("not ", 0) == 0) return false;
  return (" or " + cell + " or ").find(" or " + std::string(value) + " or ") != std::string::npos;
}

bool is_about(const Place& place, const RuleTable& table, const Rule& rule) {
  if (place.column.empty()) return true;
  const auto column = std::find(table.columns.begin(), table.columns.end(), place.column);
  if (column == table.columns.end()) throw std::logic_error("no column " + std::string(place.column));
  const std::string& cell = rule.cells[static_cast<std::size_t>(column - table.columns.begin())];
  if (place.values.empty()) return cell != "any";
  return std::any_of(place.values.begin(), place.values.end(), [&](auto value) { return names(cell, value); });
}

std::string rows_of(const Key& key) {
  std::string rows;
  for (const Place& place : key.places) {
    const RuleTable& table = table_of(place.table);
    const std::size_t before = rows.size();
    for (const Rule& rule : table.rows) {
      if (is_about(place, table, rule)) rows += (rows.empty() ? "" : ", ") + std::string(rule.id);
    }
    if (rows.size() == before) throw std::logic_error("no row is about " + std::string(key.names.front()));
  }
  return rows;
}

}  // namespace

std::string contents() {
  std::string text = "## Contents\n\n| question | table |\n|---|---|\n";
  for (const RuleTable& table : rule_tables()) {
    text += "| " + std::string(question_about(table.name)) + " | [" + std::string(table.title) + "](#" +
            anchor_of(table.title) + ") |\n";
  }
  for (const Question& question : kQuestions) static_cast<void>(table_of(question.table));
  return text + "\n";
}

std::string rows_by_policy_key() {
  std::string text =
      "## From a policy key to its rows\n\n"
      "A key that is not here is in no column: it changes a time, an amount or a text.\n\n"
      "| key | rows |\n|---|---|\n";
  for (const Key& key : keys()) {
    std::string list;
    for (const auto name : key.names) list += (list.empty() ? "`" : ", `") + std::string(name) + "`";
    text += "| " + list + " | " + rows_of(key) + " |\n";
  }
  return text + "\n";
}

std::vector<std::string_view> indexed_keys() {
  std::vector<std::string_view> all;
  for (const Key& key : keys()) all.insert(all.end(), key.names.begin(), key.names.end());
  return all;
}

}  // namespace sessioncore::tables
