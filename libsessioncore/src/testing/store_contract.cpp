#include "testing/contract_support.hpp"

#include <iterator>

#include <sessioncore/testing/store_contract.hpp>

namespace sessioncore::testing {
namespace {

std::string place(const char* file, int line) {
  const std::string_view path(file);
  return std::string(path.substr(path.rfind('/') + 1)) + ":" + std::to_string(line) + ": ";
}

constexpr std::int64_t kStart = 1'790'000'000'000;

}  // namespace

void StoreReport::check(bool kept, const char* what, const char* file, int line) {
  if (!kept) violations_.push_back(place(file, line) + what);
}

void StoreReport::failed(const Error& error, const char* what, const char* file, int line) {
  violations_.push_back(place(file, line) + what + " failed: " + std::string(to_string(error.code)) + ": " +
                        error.detail);
}

void done(StoreReport& report, const Result<void>& result, const char* what, const char* file, int line) {
  if (result) return;
  report.failed(result.error(), what, file, line);
  throw StoreGaveUp();
}

void fails(StoreReport& report, ErrorCode code, const Result<void>& result, const char* what, const char* file,
           int line) {
  if (!result && result.error().code == code) return;
  const std::string wanted = std::string(what) + " should fail as " + std::string(to_string(code));
  report.check(
      false, (wanted + (result ? ", it succeeds" : ", not as " + std::string(to_string(result.error().code)))).c_str(),
      file, line);
}

ChatFacts facts_of(const std::string& chat) {
  return {ChatId(chat), {TenantId("tenant"), "channel", "external-" + chat}, AccountId("account"), "Ada", "+49301234",
          {kStart}};
}

Conversation full_state() {
  Conversation state;
  state.version = 1;
  state.last_step_at = {kStart + 1};
  state.closed = true;
  state.message_count = 4'294'967'295U;
  state.session = {3, {kStart + 2}, 5, Instant{kStart + 3}, true, "conversation", Instant{kStart + 4}, Instant{-1}};
  state.phase = AiActive{{Instant{kStart}, Instant{0}, Turn{2, 1, TurnStage::asked, Instant{kStart + 5}}}, Instant{7}};
  state.link = {9,
                LinkStage::backing_off,
                4,
                2,
                Instant{8},
                Instant{9},
                -5,
                {1, 0, 0xffff'ffff'ffff'ffffULL},
                AgentId("reception")};
  state.pending = {{6, {kStart}}, {7, {kStart - 1}}};
  state.answers = {{{{1, {kStart - 2}}, {2, {0}}}, 3, 4, {4}, true, true}, {{}, 9, 9, {}, false, false}};
  state.sends = {
      {5, 0x8000'0000'0000'0001ULL, Author::human, SendStage::unconfirmed, 3, true, 1, {1}, Instant{2}, 4, 5, 6, 7},
      {8, 0, Author::ai, SendStage::queued, 0, false, 0, {0}, std::nullopt}};
  state.turn_starts = {{1}, {2}};
  state.last_phone_at = Instant{0};
  state.last_business_at = Instant{kStart};
  state.last_human_at = Instant{-kStart};
  return state;
}

MessageRecorded message(MessageNumber number, const std::string& text, const std::string& provider_id) {
  MessageRecorded record;
  record.number = number;
  record.session = 1;
  record.provider_id = ProviderMessageId(provider_id);
  record.provider_time = {kStart + number};
  record.received_at = {kStart + 1000 + number};
  record.sender_name = "Ada";
  record.text = text;
  return record;
}

MessageUpdated update(MessageNumber number) {
  MessageUpdated record;
  record.number = number;
  return record;
}

Commit commit_of(const std::string& chat, std::uint64_t expected, std::vector<Record> records) {
  static const auto kPolicy = std::make_shared<const Policy>();
  Commit commit;
  commit.facts = facts_of(chat);
  commit.facts_changed = expected == 0;
  commit.expected_version = expected;
  commit.state.version = expected + 1;
  commit.state.last_step_at = {kStart + static_cast<std::int64_t>(expected)};
  commit.records = std::move(records);
  commit.decision.at = commit.state.last_step_at;
  commit.decision.policy = kPolicy;
  commit.decision.event = Tick{};
  return commit;
}

bool same(const Decision& left, const Decision& right) {
  return left.at == right.at && left.policy != nullptr && right.policy != nullptr && *left.policy == *right.policy &&
         left.event == right.event && left.outcome == right.outcome && left.before == right.before &&
         left.after == right.after && left.effects == right.effects;
}

bool same(const StoredMessage& stored, const MessageRecorded& recorded) {
  return static_cast<const MessageRecorded&>(stored) == recorded;
}

std::vector<std::string> texts(const std::vector<StoredMessage>& messages) {
  std::vector<std::string> all;
  all.reserve(messages.size());
  for (const StoredMessage& one : messages) all.push_back(one.text);
  return all;
}

std::span<const StoreRequirement> store_contract() {
  static const std::vector<StoreRequirement> kAll = [] {
    std::vector<StoreRequirement> list;
    for (const auto& part : {chat_requirements(), batch_requirements(), message_requirements(), deadline_requirements(),
                             decision_requirements()}) {
      list.insert(list.end(), part.begin(), part.end());
    }
    return list;
  }();
  return kAll;
}

std::vector<std::string> violations(const StoreRequirement& requirement, const StoreFixture& fixture) {
  StoreReport report;
  try {
    requirement.check(fixture, report);
  } catch (const StoreGaveUp&) {
    // Reported where it happened.
  } catch (const std::exception& error) {
    report.check(false, (std::string("a store must not throw: ") + error.what()).c_str(), __FILE__, __LINE__);
  }
  return report.take();
}

}  // namespace sessioncore::testing
