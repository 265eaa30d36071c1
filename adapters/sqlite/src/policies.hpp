/// The policies that decisions were taken with: each is stored once.
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>

#include <SQLiteCpp/SQLiteCpp.h>

#include <sessioncore/core/policy.hpp>

namespace sessioncore::sqlite {

using PolicyPtr = std::shared_ptr<const Policy>;

/// Gives each policy its number. Remembers by pointer, and keeps what it points to: an address alone could be given to
/// another policy later.
class PolicyWriter {
 public:
  explicit PolicyWriter(SQLite::Database& database);
  /// Within the transaction that stores the decision.
  [[nodiscard]] std::int64_t number_of(const PolicyPtr& policy);
  /// To be called when a transaction did not commit: what it stored is gone.
  void forget() { numbers_.clear(); }

 private:
  SQLite::Statement find_;
  SQLite::Statement add_;
  std::unordered_map<PolicyPtr, std::int64_t> numbers_;
};

class PolicyReader {
 public:
  explicit PolicyReader(SQLite::Database& database);
  /// Throws `Refused` if it does not exist or cannot be read.
  [[nodiscard]] PolicyPtr policy(std::int64_t number);

 private:
  SQLite::Statement read_;
  std::unordered_map<std::int64_t, PolicyPtr> policies_;
};

}  // namespace sessioncore::sqlite
