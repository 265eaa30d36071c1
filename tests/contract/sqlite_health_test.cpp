// What a server asks of the file about itself: how many chats are in which state, and whether a commit would hold.
#include "sqlite_support.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <sessioncore/sqlite/census.hpp>
#include <sessioncore/sqlite/probe.hpp>

using namespace sessioncore;
using namespace sessioncore::sqlite;
using contract::commit_of;
using contract::must;
using contract::opened;

namespace {

Commit in_phase(const std::string& chat, const PhaseData& phase) {
  Commit commit = commit_of(chat, 0);
  commit.state.phase = phase;
  return commit;
}

Commit with_link(const std::string& chat, LinkStage stage, std::optional<TurnStage> turn) {
  AiActive ai;
  if (turn) {
    ai.work.turn = Turn{};
    ai.work.turn->stage = *turn;
  }
  Commit commit = in_phase(chat, ai);
  commit.state.link.stage = stage;
  commit.deadline = Instant{5000};
  return commit;
}

}  // namespace

TEST_CASE("a census counts chats by phase, links by stage, and the questions that wait") {
  contract::ScratchFolder folder;
  const auto path = folder.fresh();
  const auto store = opened(path);
  CHECK(must(take_census(path)).chats == std::array<std::uint64_t, 6>{});
  Commit closed = in_phase("closed", Resolved{});
  closed.state.closed = true;
  Commit resting = in_phase("resting", HumanActive{});
  resting.deadline = Instant{9000};
  for (const Commit& commit :
       {closed, resting, in_phase("none", std::monostate()), in_phase("waiting", Waiting{}),
        in_phase("resolved", Resolved{}), in_phase("queued", Queued{}),
        with_link("opening", LinkStage::opening, TurnStage::unasked),
        with_link("asked", LinkStage::ready, TurnStage::asked), with_link("idle", LinkStage::ready, std::nullopt),
        with_link("lost", LinkStage::backing_off, TurnStage::unasked)}) {
    must(contract::store(*store, commit));
  }
  const Census census = must(take_census(path));
  CHECK(census.chats == std::array<std::uint64_t, 6>{1, 1, 4, 1, 1, 1});
  CHECK(census.closed == 1);
  CHECK(census.links == std::array<std::uint64_t, 4>{0, 1, 2, 1});
  CHECK(census.asked_turns == 1);
}

TEST_CASE("a census leaves out chats that cannot be read") {
  contract::ScratchFolder folder;
  const auto path = folder.fresh();
  const auto store = opened(path);
  for (const char* chat : {"broken", "no_json", "whole"}) {
    must(contract::store(*store, with_link(chat, LinkStage::ready, TurnStage::asked)));
  }
  SQLite::Database other(path.string(), SQLite::OPEN_READWRITE);
  other.exec(R"(UPDATE chats SET state = '{"link": {"stage": "unheard of"}}' WHERE id = 'broken')");
  other.exec("UPDATE chats SET state = '{' WHERE id = 'no_json'");
  const Census census = must(take_census(path));
  CHECK(census.chats[static_cast<std::size_t>(Phase::ai)] == 3);
  CHECK(census.links == std::array<std::uint64_t, 4>{0, 0, 1, 0});
  CHECK(census.asked_turns == 1);
}

TEST_CASE("a probe holds while a commit would, fails while one would fail, and changes nothing") {
  contract::ScratchFolder folder;
  const auto path = folder.fresh();
  const auto store = opened(path);
  must(contract::store(*store, commit_of("a", 0)));
  Options options;
  options.busy_timeout = Duration(10);
  const auto probe = must(SqliteProbe::open(path, options));
  must(probe->commit());
  {
    SQLite::Database other(path.string(), SQLite::OPEN_READWRITE);
    other.exec("BEGIN IMMEDIATE");
    const auto blocked = probe->commit();
    REQUIRE_FALSE(blocked);
    CHECK(blocked.error().code == ErrorCode::unavailable);
    other.exec("ROLLBACK");
  }
  must(probe->commit());
  must(contract::store(*store, commit_of("a", 1)));
  CHECK(must(store->load(ChatId("a")))->state.version == 2);
  CHECK(must(opened(path)->load(ChatId("a"))).has_value());
}

TEST_CASE("probes alone do not make the log of changes grow without end") {
  contract::ScratchFolder folder;
  const auto path = folder.fresh();
  const auto store = opened(path);
  Options options;
  options.checkpoint_pages = 8;
  options.synchronous = Synchronous::normal;
  const auto probe = must(SqliteProbe::open(path, options));
  for (int n = 0; n < 200; ++n) must(probe->commit());
  CHECK(std::filesystem::file_size(path.string() + "-wal") < 64 * 4096ULL);
}
