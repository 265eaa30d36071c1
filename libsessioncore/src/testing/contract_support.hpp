/// What the checks of the store contract share: the report, and chats to store.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <sessioncore/testing/store_contract.hpp>

namespace sessioncore::testing {

class StoreReport {
 public:
  void check(bool kept, const char* what, const char* file, int line);
  /// A failure of the store itself.
  void failed(const Error& error, const char* what, const char* file, int line);
  [[nodiscard]] std::vector<std::string> take() { return std::move(violations_); }

 private:
  std::vector<std::string> violations_;
};

/// Ends the requirement that cannot go on; caught by `violations()`.
struct StoreGaveUp {};

#define CONTRACT_CHECK(report, condition) (report).check(static_cast<bool>(condition), #condition, __FILE__, __LINE__)
/// The value of a Result; a failure is reported and ends the requirement.
#define CONTRACT_VALUE(report, expression) value_of(report, expression, #expression, __FILE__, __LINE__)
#define CONTRACT_DONE(report, expression) done(report, expression, #expression, __FILE__, __LINE__)
#define CONTRACT_FAILS(report, code, expression) fails(report, code, expression, #expression, __FILE__, __LINE__)

template <class T>
[[nodiscard]] T value_of(StoreReport& report, Result<T> result, const char* what, const char* file, int line) {
  if (!result) {
    report.failed(result.error(), what, file, line);
    throw StoreGaveUp();
  }
  return std::move(*result);
}
void done(StoreReport& report, const Result<void>& result, const char* what, const char* file, int line);
void fails(StoreReport& report, ErrorCode code, const Result<void>& result, const char* what, const char* file,
           int line);

[[nodiscard]] ChatFacts facts_of(const std::string& chat);
/// A state in which every field says something.
[[nodiscard]] Conversation full_state();
[[nodiscard]] MessageRecorded message(MessageNumber number, const std::string& text,
                                      const std::string& provider_id = "");
[[nodiscard]] MessageUpdated update(MessageNumber number);
/// The next commit of a chat: from version `expected` to the one after it.
[[nodiscard]] Commit commit_of(const std::string& chat, std::uint64_t expected, std::vector<Record> records = {});
[[nodiscard]] bool same(const Decision& left, const Decision& right);
[[nodiscard]] bool same(const StoredMessage& stored, const MessageRecorded& recorded);
[[nodiscard]] std::vector<std::string> texts(const std::vector<StoredMessage>& messages);

[[nodiscard]] inline Result<void> store(Store& store, const Commit& commit) {
  return store.commit({&commit, 1});
}

// The requirements, by what they are about.
[[nodiscard]] std::vector<StoreRequirement> chat_requirements();
[[nodiscard]] std::vector<StoreRequirement> batch_requirements();
[[nodiscard]] std::vector<StoreRequirement> message_requirements();
[[nodiscard]] std::vector<StoreRequirement> deadline_requirements();
[[nodiscard]] std::vector<StoreRequirement> decision_requirements();

}  // namespace sessioncore::testing
