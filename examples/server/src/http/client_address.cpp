#include "http/client_address.hpp"

#include <algorithm>
#include <array>
#include <sstream>

#include <arpa/inet.h>
#include <httplib.h>

namespace sessioncore::server {

namespace {

constexpr const char* kForwardedFor = "X-Forwarded-For";
constexpr std::size_t kNetworkBytes = 8;

bool is_v4(const std::string& text) {
  in_addr address{};
  return inet_pton(AF_INET, text.c_str(), &address) == 1;
}

std::string network_of(const std::string& text) {
  in6_addr address{};
  if (inet_pton(AF_INET6, text.c_str(), &address) != 1) return text;
  std::array<char, INET6_ADDRSTRLEN> written{};
  if (IN6_IS_ADDR_V4MAPPED(&address)) {
    return inet_ntop(AF_INET, &address.s6_addr[12], written.data(), written.size());
  }
  std::fill(std::begin(address.s6_addr) + kNetworkBytes, std::end(address.s6_addr), 0);
  return std::string(inet_ntop(AF_INET6, &address, written.data(), written.size())) + "/64";
}

/// What proxies noted, in the order in which they did.
std::vector<std::string> forwarded_for(const httplib::Request& request) {
  std::vector<std::string> addresses;
  for (std::size_t n = 0; n < request.get_header_value_count(kForwardedFor); ++n) {
    std::string text = request.get_header_value(kForwardedFor, n);
    std::replace(text.begin(), text.end(), ',', ' ');
    std::istringstream words(text);
    for (std::string word; words >> word;) addresses.push_back(word);
  }
  return addresses;
}

}  // namespace

bool is_ip_address(const std::string& text) {
  in6_addr address{};
  return is_v4(text) || inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

std::string client_address(const httplib::Request& request, const std::vector<std::string>& trusted_proxies) {
  const auto trusted = [&](const std::string& address) {
    return std::find(trusted_proxies.begin(), trusted_proxies.end(), address) != trusted_proxies.end();
  };
  std::string client = request.remote_addr;
  auto noted = forwarded_for(request);
  while (trusted(client) && !noted.empty() && is_ip_address(noted.back())) {
    client = noted.back();
    noted.pop_back();
  }
  return network_of(client);
}

}  // namespace sessioncore::server
