// The tables say what the spec says. The spec's rows are written down here as facts, independently of the arrays, and
// compared cell by cell; what a row leads to is looked at in a step.
#include "support/golden.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include <doctest/doctest.h>

#include <sessioncore/core/decision_tables.hpp>
#include <sessioncore/core/rules.hpp>

using namespace sessioncore;

namespace {

// The spec's columns: does a session exist, its status, and who has taken it over.
enum class Spec { any, no_session, waiting, active_not_taken, active_taken, resolved };

std::uint32_t phases(Spec situation) {
  switch (situation) {
    case Spec::any: return Cell<Phase>(any).mask;
    case Spec::no_session: return Cell<Phase>(Phase::none).mask;
    case Spec::waiting: return Cell<Phase>(Phase::waiting).mask;
    case Spec::active_not_taken: return Cell<Phase>(Phase::ai).mask;
    case Spec::active_taken: return Cell<Phase>(Phase::human).mask;
    case Spec::resolved: return Cell<Phase>(Phase::resolved).mask;
  }
  return 0;
}

template <class Row, std::size_t N>
const Row& row(const Row (&table)[N], std::string_view id) {
  const auto at = std::find_if(std::begin(table), std::end(table), [&](const Row& each) { return each.id == id; });
  REQUIRE_MESSAGE(at != std::end(table), "no row ", std::string(id));
  return *at;
}

struct ContactFact {
  const char* id;
  bool blacklisted;
  Spec session;
  ContactAction action;
};
constexpr ContactFact kContactFacts[] = {
    {"18.1/1", true, Spec::any, ContactAction::store_for_audit},
    {"18.1/2", false, Spec::no_session, ContactAction::open_session},
    {"18.1/3", false, Spec::waiting, ContactAction::store_in_grace},
    {"18.1/4", false, Spec::active_not_taken, ContactAction::buffer_for_agent},
    {"18.1/5", false, Spec::active_taken, ContactAction::store_for_human},
    {"18.1/6", false, Spec::resolved, ContactAction::open_session},
};

struct SelfFact {
  const char* id;
  Spec session;
  SelfAction action;
};
constexpr SelfFact kSelfFacts[] = {
    {"18.2/1", Spec::waiting, SelfAction::resolve_as_human},
    {"18.2/2", Spec::active_not_taken, SelfAction::take_over_from_phone},
    {"18.2/3", Spec::active_taken, SelfAction::store_in_session},
    {"18.2/4", Spec::no_session, SelfAction::store_without_session},
};

// Rows of the spec outside of S18: which deadline, event or outcome they are about.
const std::map<std::string, std::string> kOtherSpecRows = {
    {"13.1/1", "grace"},
    {"13.1/2", "buffer"},
    {"13.1/3", "link idle"},
    {"13.1/5", "inactivity"},
    {"13.1/6", "reconnect"},
    {"13.4/1", "link init"},
    {"14.1/1", "ready"},
    {"14.3/1", "greeting"},
    {"14.3/2", "answer"},
    {"14.4/1", "lost failed or lost busy"},
    {"14.4/2", "lost failed or lost busy"},
    {"8.3/1", "succeeded"},
    {"8.3/2", "yes"},
    {"8.3/3", "no agent"},
    {"13.2/1", "recovered"},
};

bool has_plus(std::string_view id) {
  return id.find('+') != std::string_view::npos;
}

}  // namespace

TEST_CASE("S18.1: contact message") {
  for (const ContactFact& fact : kContactFacts) {
    CAPTURE(fact.id);
    const auto& found = row(kContactMessageTable, fact.id);
    const auto& [arrival, content, listed, while_queued, phase] = found.when;
    CHECK(phase.mask == phases(fact.session));
    CHECK(listed.mask == Cell<Listed>(fact.blacklisted ? Listed::yes : Listed::no).mask);
    CHECK(found.then == fact.action);
    // The columns the spec does not have: a new message with content, whatever a queue would do. Late ones are a row
    // of their own, except for the blacklisted, who have no session in either case.
    CHECK(arrival.holds(Arrival::fresh));
    CHECK_FALSE(arrival.holds(Arrival::duplicate));
    CHECK(arrival.holds(Arrival::late) == fact.blacklisted);
    CHECK(content.mask == Cell<Content>(Content::present).mask);
    CHECK(while_queued.mask == Cell<WhileQueued>(any).mask);
  }
}

TEST_CASE("S18.2: self-sent message") {
  for (const SelfFact& fact : kSelfFacts) {
    CAPTURE(fact.id);
    const auto& found = row(kSelfMessageTable, fact.id);
    const auto& [origin, content, newer, phase] = found.when;
    CHECK(phase.mask == phases(fact.session));
    CHECK(found.then == fact.action);
    CHECK(origin.mask == Cell<Origin>(Origin::human).mask);
    CHECK(content.mask == Cell<Content>(Content::present).mask);
    // The spec knows no order of the two: an answer to an earlier message is a row of its own.
    CHECK(newer.holds(NewerQuestion::no));
    CHECK(newer.holds(NewerQuestion::yes) == (fact.session != Spec::waiting));
  }
}

TEST_CASE("S18.3: dashboard actions") {
  const auto& take_over = row(kTakeOverTable, "18.3/1");
  // An active session that nobody has taken; who has taken it is a matter of R10.
  CHECK(std::get<1>(take_over.when).mask ==
        (phases(Spec::waiting) | phases(Spec::active_not_taken) | Cell<Phase>(Phase::queued).mask));
  CHECK(take_over.then == CommandAction::claim);

  const auto& release = row(kReleaseTable, "18.3/2");
  CHECK(std::get<1>(release.when).mask == phases(Spec::active_taken));
  CHECK(std::get<3>(release.when).mask == Cell<Choice>(Choice::off).mask);
  CHECK(release.then == CommandAction::hand_back);
  CHECK(std::get<1>(row(kReleaseTable, "18.3/+7").when).mask == phases(Spec::active_taken));
  CHECK(row(kReleaseTable, "18.3/+7").then == CommandAction::hand_back_and_ask);

  CHECK(std::get<0>(row(kCloseTable, "18.3/3").when).holds(Closed::no));
  CHECK(row(kCloseTable, "18.3/3").then == CommandAction::close_chat);
  CHECK(std::get<0>(row(kReopenTable, "18.3/4").when).mask == Cell<Closed>(Closed::yes).mask);
  CHECK(row(kReopenTable, "18.3/4").then == CommandAction::reopen_chat);

  // "Human mode" of S10 is a taken session or one that waits.
  CHECK(std::get<2>(row(kSendTextTable, "18.3/5a").when).mask == phases(Spec::active_taken));
  CHECK(row(kSendTextTable, "18.3/5a").then == CommandAction::send);
  CHECK(std::get<2>(row(kSendTextTable, "18.3/5b").when).mask == phases(Spec::waiting));
  CHECK(row(kSendTextTable, "18.3/5b").then == CommandAction::send_and_resolve);
}

TEST_CASE("rows without a plus are the spec's, and all of them are there") {
  std::set<std::string> expected = {"18.3/1", "18.3/2", "18.3/3", "18.3/4", "18.3/5a", "18.3/5b"};
  for (const auto& fact : kContactFacts) expected.insert(fact.id);
  for (const auto& fact : kSelfFacts) expected.insert(fact.id);
  for (const auto& [id, about] : kOtherSpecRows) expected.insert(id);
  std::set<std::string> found;
  for (const RuleTable& table : rule_tables()) {
    for (const Rule& rule : table.rows) {
      if (!has_plus(rule.id)) found.insert(std::string(rule.id));
    }
  }
  CHECK(found == expected);
  for (const auto& each : kOtherSpecRows) {
    const auto& [id, about] = each;
    CAPTURE(each.first);
    const Rule* rule = find_rule(id);
    REQUIRE(rule != nullptr);
    CHECK(rule->cells.front() == about);
  }
}

TEST_CASE("the spec's rows stand in the spec's order") {
  for (const RuleTable& table : rule_tables()) {
    std::string last;
    for (const Rule& rule : table.rows) {
      const std::string id(rule.id);
      if (has_plus(id) || id.rfind("18.", 0) != 0) continue;
      CHECK_MESSAGE(last < id, id, " stands behind ", last);
      last = id;
    }
  }
}

TEST_CASE("ids are unique and lead to their row") {
  std::set<std::string_view> seen;
  for (const RuleTable& table : rule_tables()) {
    for (const Rule& rule : table.rows) {
      CHECK_MESSAGE(seen.insert(rule.id).second, std::string(rule.id), " stands twice");
      CHECK(find_rule(rule.id) == &rule);
      CHECK(rule.cells.size() == table.columns.size());
      CHECK(rule.table == table.name);
    }
  }
  CHECK(find_rule("18.1/99") == nullptr);
}

// "(R8, P3)" at the end of a description, or "(ADR 0110)".
TEST_CASE("rows with a plus cite what they follow, and it exists") {
  std::set<std::string> records;
  for (const auto& file : std::filesystem::directory_iterator(PROJECT_ROOT "/docs/adr")) {
    records.insert(file.path().filename().string().substr(0, 4));
  }
  const auto exists = [&](std::string cited) {
    const char kind = cited.front();
    cited.erase(0, cited.find_first_of("0123456789"));
    if (kind == 'P') return cited.size() == 1 && cited >= "1" && cited <= "8";
    return records.count(std::string(4 - cited.size(), '0') + cited) == 1;
  };
  for (const RuleTable& table : rule_tables()) {
    for (const Rule& rule : table.rows) {
      if (!has_plus(rule.id)) continue;
      const std::string says(rule.says);
      CAPTURE(std::string(rule.id));
      CAPTURE(says);
      const std::size_t open = says.rfind('(');
      REQUIRE(open != std::string::npos);
      REQUIRE(says.back() == ')');
      std::string cited = says.substr(open + 1, says.size() - open - 2);
      int count = 0;
      for (std::size_t at = 0; at < cited.size(); ++count) {
        const std::size_t end = std::min(cited.find(", ", at), cited.size());
        const std::string one = cited.substr(at, end - at);
        CAPTURE(one);
        CHECK((one.front() == 'R' || one.front() == 'P' || one.rfind("ADR ", 0) == 0 || one.front() == 'S'));
        if (one.front() != 'S') CHECK(exists(one));
        at = end + 2;
      }
      CHECK(count > 0);
      CHECK_FALSE(cited.front() == 'S');
    }
  }
}
