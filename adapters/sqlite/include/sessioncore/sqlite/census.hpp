/// How many chats are in which state, over all tenants: what a program that counts changes has to begin with.
///
/// Reads every chat's row once; ask when nothing else writes. Thread rule: any thread.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>

#include <sessioncore/core/conversation.hpp>
#include <sessioncore/result.hpp>
#include <sessioncore/sqlite/options.hpp>

namespace sessioncore::sqlite {

struct Census {
  std::array<std::uint64_t, 6> chats{};  ///< by `Phase`; without those that are closed
  std::uint64_t closed = 0;
  std::array<std::uint64_t, 4> links{};  ///< by `LinkStage`; closed ones are not counted
  std::uint64_t asked_turns = 0;         ///< questions that wait for the agent's answer
};

/// Of chats whose state cannot be read only the phase is counted. The file must exist and have the tables of this
/// version.
[[nodiscard]] Result<Census> take_census(const std::filesystem::path& path, const Options& options = {});

}  // namespace sessioncore::sqlite
