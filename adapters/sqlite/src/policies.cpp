#include "policies.hpp"

#include "connection.hpp"
#include "query.hpp"

#include <sessioncore/json.hpp>

namespace sessioncore::sqlite {
namespace {

/// More than the tenants of a usual installation have together; forgetting costs a look-up.
constexpr std::size_t kRememberedMax = 4096;

}  // namespace

PolicyWriter::PolicyWriter(SQLite::Database& database)
    : find_(database, "SELECT policy FROM policies WHERE json = ?"),
      add_(database, "INSERT INTO policies (json) VALUES (?) RETURNING policy") {}

std::int64_t PolicyWriter::number_of(const PolicyPtr& policy) {
  if (const auto known = numbers_.find(policy); known != numbers_.end()) return known->second;
  const std::string json = json::write(*policy);
  std::int64_t number = 0;
  if (Query found(find_, json); found.next()) {
    number = found.integer();
  } else {
    Query added(add_, json);
    (void)added.next();
    number = added.integer();
  }
  if (numbers_.size() >= kRememberedMax) numbers_.clear();
  numbers_.emplace(policy, number);
  return number;
}

PolicyReader::PolicyReader(SQLite::Database& database)
    : read_(database, "SELECT json FROM policies WHERE policy = ?") {}

PolicyPtr PolicyReader::policy(std::int64_t number) {
  if (const auto known = policies_.find(number); known != policies_.end()) return known->second;
  Query row(read_, number);
  if (!row.next()) throw Refused{{ErrorCode::corrupt, "policy " + std::to_string(number) + " is missing"}};
  auto policy = json::read_policy(row.text());
  if (!policy) throw Refused{{ErrorCode::corrupt, "policy " + std::to_string(number) + ": " + policy.error().detail}};
  if (policies_.size() >= kRememberedMax) policies_.clear();
  return policies_[number] = std::make_shared<const Policy>(std::move(*policy));
}

}  // namespace sessioncore::sqlite
