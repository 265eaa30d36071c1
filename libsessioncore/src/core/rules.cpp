#include "core/table_names.hpp"

#include <sessioncore/core/decision_tables.hpp>
#include <sessioncore/core/rules.hpp>

namespace sessioncore {
namespace {

// The values that a cell holds, or those that it does not where they are fewer.
std::string shorter(const std::string& held, std::size_t held_count, const std::string& missing, std::size_t all) {
  if (held_count == all) return "any";
  return held_count > 1 && 2 * held_count > all ? "not " + missing : held;
}

std::string cell_text(std::uint32_t mask, std::span<const std::string_view> names) {
  std::string held;
  std::string missing;
  std::size_t held_count = 0;
  for (std::size_t n = 0; n < names.size(); ++n) {
    const bool holds = ((mask >> n) & 1U) != 0;
    std::string& list = holds ? held : missing;
    if (!list.empty()) list += " or ";
    list += names[n];
    held_count += holds ? 1 : 0;
  }
  return shorter(held, held_count, missing, names.size());
}

template <class Column>
std::string cell_text(const Cell<Column>& cell) {
  static_assert(detail::kNames<Column>.size() == kColumnSize<Column>,
                "a value is not counted: no table is proven for it");
  return cell_text(cell.mask, detail::kNames<Column>);
}

template <class Action, class... Columns, std::size_t N>
RuleTable as_text(std::string_view name, std::string_view title, const Row<Action, Columns...> (&table)[N]) {
  RuleTable text{name, title, {detail::kHeading<Columns>...}, {}};
  for (const auto& row : table) {
    Rule rule{name, row.id, {}, detail::kNames<Action>[static_cast<std::size_t>(row.then)], row.says};
    std::apply([&](const auto&... cells) { (rule.cells.push_back(cell_text(cells)), ...); }, row.when);
    text.rows.push_back(std::move(rule));
  }
  return text;
}

std::vector<RuleTable> build() {
  std::vector<RuleTable> tables;
  tables.push_back(as_text("contact_message", "T1: contact message (S18.1)", kContactMessageTable));
  tables.push_back(as_text("overflow", "T1: more messages wait than are kept (P7)", kOverflowTable));
  tables.push_back(as_text("self_message", "T2: self-sent message (S18.2)", kSelfMessageTable));
  tables.push_back(as_text("take_over", "T3: take over (S18.3; the option is force)", kTakeOverTable));
  tables.push_back(as_text("release", "T3: release (S18.3; the option is immediate)", kReleaseTable));
  tables.push_back(as_text("close", "T3: close (S18.3)", kCloseTable));
  tables.push_back(as_text("reopen", "T3: reopen (S18.3)", kReopenTable));
  tables.push_back(as_text("send_text", "T3: send (S18.3; the option is claim)", kSendTextTable));
  tables.push_back(as_text("deadline", "T4: deadlines (S13, S17)", kDeadlineTable));
  tables.push_back(as_text("queued_retry", "T4: queued since the agent failed (R18, R20)", kQueuedRetryTable));
  tables.push_back(as_text("ambiguous_send", "T4: a send of which nobody knows (R22)", kAmbiguousSendTable));
  tables.push_back(as_text("link", "T5: the agent's link (S8.3, S14)", kLinkTable));
  tables.push_back(as_text("link_use", "T5: a question meets an open link (R9, R18)", kLinkUseTable));
  tables.push_back(as_text("fallback", "T5: the text for a question that is given up (R20)", kFallbackTable));
  tables.push_back(as_text("give_up", "T5: the conversation whose question is given up (R20, R27)", kGiveUpTable));
  tables.push_back(as_text("reply", "T5: the agent's replies (S14.3)", kReplyTable));
  tables.push_back(as_text("send_result", "T6: send results (R21, R22)", kSendResultTable));
  tables.push_back(
      as_text("waiting_send", "T6: a send that waits, at the end of each step (P3, R21)", kWaitingSendTable));
  tables.push_back(as_text("no_room", "T6: no room for a text of the agent (R21)", kNoRoomTable));
  tables.push_back(as_text("rest_of_answer", "T6: what waits behind a text that failed (R23)", kRestOfAnswerTable));
  tables.push_back(as_text("echo_bound", "T6: texts whose echo may come (R3)", kEchoBoundTable));
  tables.push_back(as_text("turn", "T7: may the agent be asked (R18, R24)", kTurnTable));
  tables.push_back(as_text("fact", "T8: other facts (R14, R17)", kFactTable));
  return tables;
}

}  // namespace

std::span<const RuleTable> rule_tables() {
  // GCOVR_EXCL_BR_START: the compiler's guard, whose other side needs two threads at the same instant
  static const std::vector<RuleTable> kTables = build();
  // GCOVR_EXCL_BR_STOP
  return kTables;
}

const Rule* find_rule(std::string_view id) {
  for (const RuleTable& table : rule_tables()) {
    for (const Rule& rule : table.rows) {
      if (rule.id == id) return &rule;
    }
  }
  return nullptr;
}

std::string rules_as_markdown() {
  std::string text;
  for (const RuleTable& table : rule_tables()) {
    text += "## " + std::string(table.title) + "\n\n| row |";
    std::string rule_line = "|---|";
    for (const auto heading : table.columns) {
      text += " " + std::string(heading) + " |";
      rule_line += "---|";
    }
    text += " action | in words |\n" + rule_line + "---|---|\n";
    for (const Rule& rule : table.rows) {
      text += "| " + std::string(rule.id) + " |";
      for (const std::string& cell : rule.cells) text += " " + cell + " |";
      text += " `" + std::string(rule.action) + "` | " + std::string(rule.says) + " |\n";
    }
    text += "\n";
  }
  return text;
}

}  // namespace sessioncore
