#include "import/report.hpp"

#include <cstdio>

#include <nlohmann/json.hpp>

namespace sessioncore::server::importing {

namespace {

constexpr std::size_t kListedMax = 100;

std::string place_of(const Finding& finding) {
  return finding.line == 0 ? finding.file : finding.file + ":" + std::to_string(finding.line);
}

std::string row(const char* name, const std::array<std::string, 5>& cells) {
  std::array<char, 128> text{};
  std::snprintf(text.data(), text.size(), "%-10s %12s %12s %14s %12s %12s\n", name, cells[0].c_str(), cells[1].c_str(),
                cells[2].c_str(), cells[3].c_str(), cells[4].c_str());
  return text.data();
}

}  // namespace

const char* to_string(Subject subject) {
  switch (subject) {
    case Subject::tenants: return "tenants";
    case Subject::settings: return "settings";
    case Subject::agents: return "agents";
    case Subject::users: return "users";
    case Subject::chats: return "chats";
    case Subject::sessions: return "sessions";
    case Subject::messages: break;
  }
  return "messages";
}

void Report::Bounded::add(Finding finding) {
  ++total;
  if (first.size() < kListedMax) first.push_back(std::move(finding));
}

void Report::bad(Subject subject, Finding finding) {
  ++of(subject).bad;
  bad_.add(std::move(finding));
}

void Report::skipped(Subject subject, const std::string& reason, Finding finding) {
  skipped_with(subject, reason, 1);
  skipped_.add(std::move(finding));
}

void Report::skipped_with(Subject subject, const std::string& reason, std::uint64_t count) {
  if (count == 0) return;
  of(subject).skipped += count;
  reasons_[std::string(to_string(subject)) + ": " + reason] += count;
}

void Report::note(Finding finding) {
  notes_.add(std::move(finding));
}

bool Report::complete() const {
  for (const Counts& counts : counts_) {
    if (counts.skipped > 0 || counts.bad > 0) return false;
  }
  return true;
}

std::string Report::as_text() const {
  std::string text = dry_run_ ? "dry run: nothing was stored\n" : "";
  text += row("", {"read", "imported", "already there", "skipped", "bad"});
  for (std::size_t n = 0; n < kSubjects; ++n) {
    const Counts& counts = counts_.at(n);
    text += row(to_string(static_cast<Subject>(n)),
                {std::to_string(counts.read), std::to_string(counts.imported), std::to_string(counts.already_there),
                 std::to_string(counts.skipped), std::to_string(counts.bad)});
  }
  const auto list = [&text](const char* title, const Bounded& findings) {
    if (findings.total == 0) return;
    text += std::string("\n") + title + " (" + std::to_string(findings.total) + "):\n";
    for (const Finding& finding : findings.first) text += "  " + place_of(finding) + ": " + finding.text + "\n";
    const std::uint64_t more = findings.total - findings.first.size();
    if (more > 0) text += "  and " + std::to_string(more) + " more\n";
  };
  list("bad lines", bad_);
  if (!reasons_.empty()) text += "\nskipped, by reason:\n";
  for (const auto& [reason, count] : reasons_) text += "  " + std::to_string(count) + " " + reason + "\n";
  list("skipped lines", skipped_);
  list("notes", notes_);
  return text;
}

std::string Report::as_json() const {
  using nlohmann::json;
  json counts = json::object();
  for (std::size_t n = 0; n < kSubjects; ++n) {
    const Counts& some = counts_.at(n);
    counts[to_string(static_cast<Subject>(n))] = {{"read", some.read},
                                                  {"imported", some.imported},
                                                  {"already_there", some.already_there},
                                                  {"skipped", some.skipped},
                                                  {"bad", some.bad}};
  }
  const auto list = [](const Bounded& findings) {
    json lines = json::array();
    for (const Finding& finding : findings.first) {
      lines.push_back({{"file", finding.file}, {"line", finding.line}, {"text", finding.text}});
    }
    return json{{"total", findings.total}, {"first", lines}};
  };
  const json report = {{"dry_run", dry_run_},  {"complete", complete()}, {"counts", counts},
                       {"reasons", reasons_},  {"bad", list(bad_)},      {"skipped", list(skipped_)},
                       {"notes", list(notes_)}};
  return report.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace sessioncore::server::importing
