/// What every `Store` must do, as checks that anybody who writes one can run with any test framework:
///
///     for (const StoreRequirement& requirement : store_contract())
///       for (const std::string& violation : violations(requirement, fixture)) FAIL(violation);
///
/// The requirements are the contract; `engine/ports.hpp` says the same in words.
/// Thread rule: one requirement at a time for one fixture.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <sessioncore/engine/ports.hpp>

namespace sessioncore::testing {

struct StoreFixture {
  /// A new store without chats. It is gone before the next one is asked for.
  std::function<std::unique_ptr<Store>()> fresh{};
  /// Ends the store given and opens the same data again; leave it empty if the store forgets.
  std::function<std::unique_ptr<Store>(std::unique_ptr<Store>)> reopen{};
};

class StoreReport;

struct StoreRequirement {
  std::string_view name;  ///< a sentence such as "a batch is stored whole or not at all"
  void (*check)(const StoreFixture&, StoreReport&);
};

/// All requirements, those about single commits first.
[[nodiscard]] std::span<const StoreRequirement> store_contract();

/// What the store did wrong, each with the place of the check; empty if it keeps the requirement.
[[nodiscard]] std::vector<std::string> violations(const StoreRequirement& requirement, const StoreFixture& fixture);

}  // namespace sessioncore::testing
