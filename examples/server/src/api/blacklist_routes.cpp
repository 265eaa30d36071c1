#include "api/blacklist_routes.hpp"

#include "http/body.hpp"
#include "http/reply.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include <sessioncore/unipile/phone.hpp>

namespace sessioncore::server {

using nlohmann::json;

namespace {

constexpr std::uint32_t kUsual = 100;
constexpr std::uint32_t kMost = 1000;
constexpr std::size_t kDigitsMin = 10;  // S7.1
constexpr std::size_t kDigitsMax = 15;

/// In the form in which numbers are kept, or empty.
std::string number_of(const std::string& text) {
  const std::string number = unipile::normalise_phone(text);
  const std::size_t digits = number.empty() ? 0 : number.size() - 1;
  if (unipile::lacks_country_code(number)) return {};
  return digits >= kDigitsMin && digits <= kDigitsMax ? number : std::string();
}

json list(const httplib::Request& request, const Person& person, const Tenants& tenants) {
  const Page page = page_of(request, kUsual, kMost);
  const auto tenant = tenants.get(person.tenant);
  auto numbers = tenant->blacklisted_numbers;
  std::sort(numbers.begin(), numbers.end());
  json data = json::array();
  const std::uint64_t end = std::min<std::uint64_t>(numbers.size(), page.offset() + page.limit);
  for (std::uint64_t at = page.offset(); at < end; ++at) data.push_back(numbers[at]);
  return list_of(std::move(data), page, numbers.size());
}

}  // namespace

void add_blacklist_routes(HttpServer& server, const Access& access, const Tenants& tenants, Blacklist& blacklist) {
  server.Get("/api/whatsapp/blacklist", [&](const httplib::Request& in, httplib::Response& out) {
    const Person person = access.actor(in);
    reply_json(out, list(in, person, tenants));
  });
  server.Post("/api/whatsapp/blacklist", [&](const httplib::Request& in, httplib::Response& out) {
    const Person person = access.actor(in);
    const std::string phone = number_of(required_text_of(object_of_body(in), "phone"));
    if (phone.empty()) throw bad_request("phone: expected a number of 10 to 15 digits with its country code");
    const bool added = blacklist.add(person.tenant, phone);
    reply_json(out, {{"phone", phone}}, added ? 201 : 200);
  });
  server.Delete("/api/whatsapp/blacklist/{phone}", [&](const httplib::Request& in, httplib::Response& out) {
    const Person person = access.actor(in);
    const std::string phone = unipile::normalise_phone(in.matches[1].str());
    if (phone.empty() || !blacklist.remove(person.tenant, phone)) throw not_found("phone: is not on the blacklist");
    reply_json(out, {{"phone", phone}});
  });
}

}  // namespace sessioncore::server
