#include "sqlite_support.hpp"

#include <sessioncore/sqlite/users.hpp>

using namespace sessioncore;
using namespace sessioncore::sqlite;
using contract::must;

namespace {

const Tenant kClinic{TenantId("clinic"), "Clinic", R"({"grace_period_seconds":60})"};

User user(const std::string& email) {
  return {email, "Ada", "admin", TenantId("clinic"), "$hash$", {5}};
}

}  // namespace

TEST_SUITE("contract") {
  TEST_CASE("sqlite users: tenants are created once and changed on purpose") {
    contract::ScratchFolder folder;
    const auto path = folder.fresh();
    auto users = must(SqliteUsers::open(path));
    CHECK_FALSE(must(users->find_tenant(TenantId("clinic"))));
    CHECK(must(users->create_tenant_if_absent(kClinic)));
    Tenant changed = kClinic;
    changed.name = "Other";
    CHECK_FALSE(must(users->create_tenant_if_absent(changed)));
    CHECK(must(users->find_tenant(TenantId("clinic"))) == kClinic);
    must(users->update_tenant(changed));
    users = must(SqliteUsers::open(path));
    CHECK(must(users->find_tenant(TenantId("clinic"))) == changed);
    CHECK(must(users->create_tenant_if_absent({TenantId("bakery"), "Bakery", "{}"})));
    const auto all = must(users->tenants());
    REQUIRE(all.size() == 2);
    CHECK(all[0].id == TenantId("bakery"));
    CHECK(users->update_tenant({TenantId("nobody"), "", ""}).error().code == ErrorCode::not_found);

    // Two programs may write one column each.
    must(users->set_tenant_changes(TenantId("clinic"), R"({"agent_id":"night"})"));
    must(users->update_tenant(kClinic));
    Tenant both = kClinic;
    both.changes = R"({"agent_id":"night"})";
    CHECK(must(users->find_tenant(TenantId("clinic"))) == both);
    CHECK(users->set_tenant_changes(TenantId("nobody"), "{}").error().code == ErrorCode::not_found);

    CHECK(must(users->replace_settings(TenantId("clinic"), kClinic.settings, R"({"a":1})")));
    CHECK_FALSE(must(users->replace_settings(TenantId("clinic"), kClinic.settings, R"({"a":2})")));
    CHECK(must(users->find_tenant(TenantId("clinic")))->settings == R"({"a":1})");
  }

  TEST_CASE("sqlite users: users are known by their email in either case") {
    contract::ScratchFolder folder;
    auto users = must(SqliteUsers::open(folder.fresh()));
    CHECK(users->create_user_if_absent(user("ada@example.com")).error().code == ErrorCode::conflict);  // no tenant
    must(users->create_tenant_if_absent(kClinic));
    CHECK(must(users->create_user_if_absent(user("ada@example.com"))));
    CHECK_FALSE(must(users->create_user_if_absent(user("ADA@Example.com"))));
    CHECK(must(users->create_user_if_absent(user("grace@example.com"))));
    CHECK(must(users->find_user_by_email("Ada@example.COM")) == user("ada@example.com"));
    CHECK_FALSE(must(users->find_user_by_email("nobody@example.com")));
    CHECK_FALSE(must(users->find_user_by_email("%")));

    User changed = user("ada@example.com");
    changed.role = "operator";
    changed.password_hash = "$other$";
    must(users->update_user(changed));
    CHECK(must(users->find_user_by_email("ada@example.com")) == changed);
    CHECK(users->update_user(user("nobody@example.com")).error().code == ErrorCode::not_found);
    const auto all = must(users->users(TenantId("clinic")));
    REQUIRE(all.size() == 2);
    CHECK(all[0].email == "ada@example.com");
    CHECK(must(users->users(TenantId("bakery"))).empty());
    CHECK(must(users->remove_user("ADA@example.com")));
    CHECK_FALSE(must(users->remove_user("ada@example.com")));
    CHECK_FALSE(must(users->find_user_by_email("ada@example.com")));
  }
}
