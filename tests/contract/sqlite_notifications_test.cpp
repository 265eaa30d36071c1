// Notifications in the SQLite file: written with the decision, marked, listed, purged.
#include "sqlite_support.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <sessioncore/sqlite/notifications.hpp>

using namespace sessioncore;
using namespace sessioncore::sqlite;
using contract::commit_of;
using contract::must;

namespace {

const TenantId kClinic("clinic");

Commit notifying(const std::string& chat, std::uint64_t expected, std::vector<Effect> effects) {
  Commit commit = commit_of(chat, expected);
  commit.state.session.number = 3;
  commit.decision.effects = std::move(effects);
  return commit;
}

struct Files {
  contract::ScratchFolder folder;
  std::filesystem::path path = folder.fresh();
  std::unique_ptr<SqliteStore> store = contract::opened(path);
  std::unique_ptr<SqliteNotifications> notifications = must(SqliteNotifications::open(path));

  std::vector<Notification> all(std::uint64_t page = 1, std::uint64_t limit = 50) {
    return must(notifications->list(kClinic, {page, limit})).rows;
  }
};

}  // namespace

TEST_SUITE("contract") {
  TEST_CASE("sqlite notifications: each notice of a decision is stored with it, or not at all") {
    Files files;
    must(contract::store(*files.store, commit_of("quiet", 0)));
    CHECK(files.all().empty());
    must(contract::store(*files.store, notifying("a", 0,
                                                 {Notify{Notice::send_failed, "the number is unknown"}, CloseLink{1},
                                                  Notify{Notice::human_wanted, std::string(1000, 'x')}})));
    const auto stored = files.all();
    REQUIRE(stored.size() == 2);
    CHECK(stored[1].id == "a-n1-1");
    CHECK(stored[1].id == notification_id(ChatId("a"), 1, 1));
    CHECK(stored[1].notice == "send_failed");
    CHECK(stored[1].detail == "the number is unknown");
    CHECK(stored[1].chat == ChatId("a"));
    CHECK(stored[1].session == 3);
    CHECK(stored[1].account == AccountId("account"));
    CHECK(stored[1].created_at == Instant{1000});
    CHECK(stored[1].state == DeliveryState::pending);
    CHECK(stored[0].id == "a-n1-2");
    CHECK(stored[0].detail.size() == kNotificationDetailMax);

    // A batch that does not commit leaves none behind.
    const std::vector<Commit> batch = {notifying("b", 0, {Notify{Notice::turn_limit, ""}}), commit_of("a", 7)};
    CHECK(files.store->commit(batch).error().code == ErrorCode::conflict);
    CHECK(files.all().size() == 2);
  }

  TEST_CASE("sqlite notifications: what is due is given until it is marked") {
    Files files;
    must(contract::store(*files.store, notifying("a", 0, {Notify{Notice::send_failed, ""}})));
    must(contract::store(*files.store, notifying("a", 1, {Notify{Notice::turn_limit, ""}})));
    auto& table = *files.notifications;
    CHECK_FALSE(must(table.due(kClinic, {999})));
    CHECK_FALSE(must(table.due(TenantId("other"), {5000})));
    CHECK(must(table.due(kClinic, {5000}))->id == "a-n1-1");

    must(table.mark_for_retry("a-n1-1", {9000}, "status 500"));
    CHECK(must(table.due(kClinic, {5000}))->id == "a-n2-1");
    const auto tenants = must(table.pending_tenants());
    REQUIRE(tenants.size() == 1);
    CHECK(tenants[0].tenant == kClinic);
    CHECK(tenants[0].due == Instant{1001});
    must(table.mark_delivered("a-n2-1", {6000}));
    CHECK(must(table.pending_tenants())[0].due == Instant{9000});
    CHECK_FALSE(must(table.due(kClinic, {8999})));
    const auto again = must(table.due(kClinic, {9000}));
    REQUIRE(again);
    CHECK(again->attempts == 1);
    CHECK(again->last_error == "status 500");
    must(table.mark_failed("a-n1-1", {9500}, "status 500"));
    CHECK(must(table.pending_tenants()).empty());
    CHECK(table.mark_delivered("a-n1-1", {9600}).error().code == ErrorCode::not_found);

    const auto stored = files.all();
    CHECK(stored[0].state == DeliveryState::delivered);
    CHECK(stored[0].settled_at == Instant{6000});
    CHECK(stored[0].attempts == 1);
    CHECK(stored[1].state == DeliveryState::failed);
    CHECK(stored[1].attempts == 2);
    CHECK(to_string(stored[1].state) == "failed");
  }

  TEST_CASE("sqlite notifications: what comes from an account has an id of its own and survives") {
    Files files;
    const AccountNotice lost{kClinic, AccountId("acc_1"), "account_disconnected", "credentials", {7000}};
    const auto first = must(files.notifications->add(lost));
    const auto second = must(files.notifications->add(lost));
    CHECK(first.id.size() == 24);
    CHECK(first.id != second.id);
    CHECK(first.chat.empty());
    CHECK(first.session == 0);
    files.notifications = must(SqliteNotifications::open(files.path));
    CHECK(files.all().size() == 2);
    CHECK(must(files.notifications->due(kClinic, {7000}))->id == first.id);
    CHECK(must(files.notifications->dismiss(kClinic, {8000})) == 2);
    CHECK(files.all()[0].state == DeliveryState::no_receiver);
    CHECK(files.all()[0].attempts == 0);
  }

  TEST_CASE("sqlite notifications: pages are the latest first, and a tenant's own") {
    Files files;
    for (std::int64_t at = 1; at <= 5; ++at) {
      (void)must(files.notifications->add({kClinic, AccountId("acc_1"), "account_connected", "", {at}}));
    }
    (void)must(files.notifications->add({TenantId("hotel"), AccountId("acc_2"), "account_connected", "", {1}}));
    const auto page = must(files.notifications->list(kClinic, {2, 2}));
    CHECK(page.total == 5);
    REQUIRE(page.rows.size() == 2);
    CHECK(page.rows[0].created_at == Instant{3});
    CHECK(page.rows[1].created_at == Instant{2});
    CHECK(must(files.notifications->list(TenantId("hotel"), {1, 10})).total == 1);
  }
}
