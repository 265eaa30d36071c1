/// The tenants of an export, their settings and their agents: a tenant that is here already takes settings over, one
/// that is none of ours may be created with its agents. Thread rule: one thread.
#pragma once

#include "import/parts.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace sessioncore::server::importing {

class TenantImport {
 public:
  explicit TenantImport(const ImportParts& parts);
  void run();

 private:
  void read_agents();
  [[nodiscard]] std::vector<OnLine<OldTenant>> read_tenants();
  void take(const OldTenant& tenant, std::uint64_t line);
  void take_settings(const TenantId& ours, const OldTenant& tenant, std::uint64_t line);
  void create(const OldTenant& tenant, std::uint64_t line);
  void note(std::uint64_t line, const std::vector<std::string>& notes);
  void report_agents();
  [[nodiscard]] std::string why_left(const OldAgent& agent) const;

  const ImportParts parts_;
  const std::string file_;  ///< of the tenants, as reports call it
  std::vector<OldAgent> agents_;
  std::vector<std::uint64_t> agent_lines_;
  std::set<std::string> created_agents_;  ///< ids of those that came with their tenants
};

}  // namespace sessioncore::server::importing
