#include "import/tenant_import.hpp"

#include "import/created_tenant.hpp"
#include "import/settings.hpp"
#include "must.hpp"

#include <algorithm>

namespace sessioncore::server::importing {

TenantImport::TenantImport(const ImportParts& parts) : parts_(parts), file_(name_of(parts.options.files.tenants)) {}

/// All of them are known before anything is written: two that would be one of ours are refused.
void TenantImport::run() {
  read_agents();
  const auto tenants = read_tenants();
  parts_.tenants.match(tenants);
  for (const auto& [line, tenant] : tenants) take(tenant, line);
  report_agents();
}

void TenantImport::read_agents() {
  parts_.lines.each(Subject::agents, parts_.options.files.agents,
                    [this](const std::string& line, std::uint64_t number) {
                      agents_.push_back(read_agent(line));
                      agent_lines_.push_back(number);
                    });
}

std::vector<OnLine<OldTenant>> TenantImport::read_tenants() {
  std::vector<OnLine<OldTenant>> tenants;
  std::set<std::string> ids;
  parts_.lines.each(Subject::tenants, parts_.options.files.tenants, [&](const std::string& line, std::uint64_t number) {
    OldTenant tenant = read_tenant(line);
    if (ids.insert(tenant.id).second) return tenants.push_back({number, std::move(tenant)});
    parts_.report.skipped(Subject::tenants, "the _id was there before",
                          {file_, number, "_id: this tenant was there before"});
  });
  return tenants;
}

void TenantImport::take(const OldTenant& tenant, std::uint64_t line) {
  Report& report = parts_.report;
  report.of(Subject::settings).read +=
      tenant.problems.size() + tenant.blacklisted_numbers.size() + (tenant.grace_seconds ? 1 : 0);
  for (const std::string& problem : tenant.problems) report.bad(Subject::settings, {file_, line, problem});
  if (const auto ours = parts_.tenants.find(tenant.id)) {
    ++report.of(Subject::tenants).imported;
    return take_settings(*ours, tenant, line);
  }
  const std::string called = "\"" + tenant.name + "\"";
  if (parts_.tenants.is_ambiguous(tenant)) {
    return report.skipped(Subject::tenants, "may be one of our tenants",
                          {file_, line, called + " may be one of our tenants, or not; say which with --tenant"});
  }
  if (parts_.options.create_tenants) return create(tenant, line);
  report.skipped(Subject::tenants, "none of our tenants",
                 {file_, line, called + " is none of our tenants; see --tenant and --create-tenants"});
}

void TenantImport::take_settings(const TenantId& ours, const OldTenant& tenant, std::uint64_t line) {
  Report& report = parts_.report;
  const TenantConfig* described = parts_.tenants.described(ours);
  if (described == nullptr) {
    const std::string what = "tenant " + ours.value + " is described nowhere now; its settings were left out";
    return report.skipped(Subject::settings, "the tenant is described nowhere", {file_, line, what});
  }
  const std::string before = parts_.tenants.changes_of(ours);
  const TakenOver taken = take_over(*described, before, tenant, agents_);
  report.of(Subject::settings).imported += taken.imported;
  report.of(Subject::settings).already_there += taken.already_there;
  for (const std::string& kept : taken.kept) report.skipped(Subject::settings, "ours counts", {file_, line, kept});
  note(line, taken.notes);
  if (taken.changes == before) return;
  // Before the first start a tenant of the file has no row yet.
  (void)must(parts_.database.create_tenant_if_absent({ours, described->name}));
  must(parts_.database.set_tenant_changes(ours, taken.changes));
  parts_.tenants.set_changes(ours, taken.changes);
}

void TenantImport::create(const OldTenant& tenant, std::uint64_t line) {
  const CreatedTenant created = created_tenant(tenant, agents_, parts_.tenants.of_account(tenant.account));
  (void)must(parts_.database.create_tenant_if_absent(created.tenant));
  parts_.tenants.add_created(created.tenant);
  created_agents_.insert(created.agents.begin(), created.agents.end());
  ++parts_.report.of(Subject::tenants).imported;
  parts_.report.of(Subject::settings).imported += tenant.blacklisted_numbers.size() + (tenant.grace_seconds ? 1 : 0);
  note(line, created.notes);
}

void TenantImport::note(std::uint64_t line, const std::vector<std::string>& notes) {
  for (const std::string& text : notes) parts_.report.note({file_, line, text});
}

/// An agent goes in with a tenant that is created; of the others it is told whether they are here.
void TenantImport::report_agents() {
  const std::string file = name_of(parts_.options.files.agents);
  for (std::size_t n = 0; n < agents_.size(); ++n) {
    if (created_agents_.count(agents_[n].id) > 0) {
      ++parts_.report.of(Subject::agents).imported;
    } else if (const std::string why = why_left(agents_[n]); why.empty()) {
      ++parts_.report.of(Subject::agents).already_there;
    } else {
      parts_.report.skipped(Subject::agents, why, {file, agent_lines_[n], why});
    }
  }
}

/// Empty if its tenant has it.
std::string TenantImport::why_left(const OldAgent& agent) const {
  const auto has = [&](const TenantConfig& tenant) {
    return std::any_of(tenant.agents.begin(), tenant.agents.end(),
                       [&](const AgentConfig& ours) { return ours.elevenlabs_agent_id == agent.elevenlabs_agent_id; });
  };
  if (agent.tenant.empty()) {
    return parts_.tenants.any(has) ? "" : "tenant_id: it has none, and no tenant that was created refers to it";
  }
  const auto ours = parts_.tenants.find(agent.tenant);
  if (!ours) return "its tenant is none of ours";
  const TenantConfig* described = parts_.tenants.described(*ours);
  if (described != nullptr && has(*described)) return "";
  return "its tenant was here before and has no agent with its ElevenLabs id; add it there";
}

}  // namespace sessioncore::server::importing
