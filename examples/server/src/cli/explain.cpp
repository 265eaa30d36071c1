#include "cli/explain.hpp"

#include "api/decision_view.hpp"
#include "api/why.hpp"
#include "cli/report.hpp"

#include <algorithm>
#include <cstdio>
#include <limits>

#include <nlohmann/json.hpp>

namespace sessioncore::server {

namespace {

/// Enough for the summary to find the contact's latest message, however few decisions are shown.
constexpr std::uint64_t kSummaryLooksAt = 500;

std::string summary(const sqlite::ChatLog& log) {
  std::vector<const Decision*> latest;
  const std::size_t skipped = log.decisions.size() - std::min<std::size_t>(log.decisions.size(), kSummaryLooksAt);
  for (std::size_t n = skipped; n < log.decisions.size(); ++n) latest.push_back(&log.decisions[n]);
  return why(log.chat.state, latest);
}

void print_json(const sqlite::ChatLog& log, std::size_t first) {
  const ChatFacts& facts = log.chat.facts;
  nlohmann::json decisions = nlohmann::json::array();
  for (std::size_t n = first; n < log.decisions.size(); ++n) {
    decisions.push_back(view_of_decision(facts.id, log.decisions[n].number, log.decisions[n]));
  }
  const nlohmann::json all = {{"chat", facts.id.value},
                              {"tenant", facts.key.tenant.value},
                              {"phase", std::string(to_string(phase_of(log.chat.state)))},
                              {"total", log.total},
                              {"decisions", std::move(decisions)},
                              {"summary", summary(log)}};
  std::printf("%s\n", all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
}

void print_words(const sqlite::ChatLog& log, std::size_t first) {
  const ChatFacts& facts = log.chat.facts;
  std::printf("chat %s of tenant %s\n", facts.id.value.c_str(), facts.key.tenant.value.c_str());
  const std::uint64_t left_out = log.total - (log.decisions.size() - first);
  if (left_out > 0) std::printf("(%llu earlier decisions)\n", static_cast<unsigned long long>(left_out));
  for (std::size_t n = first; n < log.decisions.size(); ++n) {
    std::printf("%s\n", explained(log.decisions[n]).c_str());
  }
  std::printf("\n%s\n", summary(log).c_str());
}

}  // namespace

int explain(const std::string& database, const ExplainOptions& options) {
  const auto reader = must(sqlite::SqliteLog::open(database), "the database cannot be read");
  const auto chat = only_chat(*reader, options.tenant, options.chat);
  if (chat.empty()) return kFailed;
  const std::uint64_t all = std::numeric_limits<std::uint32_t>::max();
  const std::uint64_t wanted = options.last == 0 ? all : std::max(options.last, kSummaryLooksAt);
  const auto log = must(reader->read(chat.front().id, wanted), "the database cannot be read");
  if (!log) throw std::runtime_error("the chat was deleted a moment ago");
  const std::size_t stored = log->decisions.size();
  const std::size_t first = options.last == 0 ? 0 : stored - std::min<std::size_t>(stored, options.last);
  if (options.as_json) {
    print_json(*log, first);
  } else {
    print_words(*log, first);
  }
  return kDone;
}

}  // namespace sessioncore::server
