#include "harness.hpp"

#include <doctest/doctest.h>

using namespace sessioncore;
using namespace sessioncore::elevenlabs;
using namespace sessioncore::elevenlabs::testing;

namespace {

std::string fault(Options options) {
  Events events;
  const auto made = ElevenLabsConnector::create(std::move(options), events.post());
  if (made) return "";
  CHECK(made.error().code == ErrorCode::invalid_argument);
  return made.error().detail;
}

std::string fault_of_base_url(const std::string& url) {
  return fault(options_for(url));
}

std::string fault_of_proxy(const std::string& proxy) {
  auto options = options_for("http://127.0.0.1:1");
  options.proxy = proxy;
  return fault(options);
}

}  // namespace

TEST_CASE("usable options are taken") {
  CHECK(fault_of_base_url("http://127.0.0.1:1").empty());
  CHECK(fault_of_base_url("https://api.example.com").empty());
  CHECK(fault_of_base_url("https://api.example.com/").empty());
  CHECK(fault_of_base_url("http://[::1]:8080").empty());
  CHECK(fault_of_base_url("http://[::1]").empty());
  CHECK(fault_of_base_url("http://agents_of_staging:8080").empty());
  CHECK(fault_of_proxy("http://proxy.example.com:3128").empty());
  CHECK(fault_of_proxy("http://user:p@ss:word@proxy.example.com:3128/").empty());
}

TEST_CASE("a base URL that is none is refused by name") {
  CHECK(fault_of_base_url("") == "elevenlabs.base_url: empty");
  for (const auto* url : {"api.example.com", "ftp://api.example.com", "wss://api.example.com", "http:"}) {
    CAPTURE(std::string(url));
    CHECK(fault_of_base_url(url) == "elevenlabs.base_url: must start with http:// or https://");
  }
  for (const auto* url : {"https://api.example.com:99999", "https://api.example.com:x", "https://api.example.com:443x",
                          "https://api.example.com:", "https://[::1]:0"}) {
    CAPTURE(std::string(url));
    CHECK(fault_of_base_url(url) == "elevenlabs.base_url: the port must be 1 to 65535");
  }
  for (const auto* url : {"https://api.example.com/v1", "https://api.example.com?x=1", "https://api.example.com#x"}) {
    CAPTURE(std::string(url));
    CHECK(fault_of_base_url(url) == "elevenlabs.base_url: must have no path");
  }
  for (const auto* url : {"https://", "https://user@api.example.com", "https://api example.com", "https://[]",
                          "https://[::1", "https://[example]", "https://:443"}) {
    CAPTURE(std::string(url));
    CHECK(fault_of_base_url(url) == "elevenlabs.base_url: the host is no host name or address");
  }
}

TEST_CASE("a proxy that is none is refused by name") {
  for (const auto* proxy :
       {"proxy.example.com", "https://proxy.example.com", "http://", "http://proxy.example.com/x",
        "http://user@proxy.example.com", "http://:word@proxy.example.com", "http://proxy.example.com:80x"}) {
    CAPTURE(std::string(proxy));
    CHECK(fault_of_proxy(proxy) == "elevenlabs.proxy: must be http://[user:password@]host[:port]");
  }
}

TEST_CASE("a key that could smuggle in a header is refused without being shown") {
  auto options = options_for("http://127.0.0.1:1");
  options.api_key = "secret\r\nX-Other: 1";
  CHECK(fault(options) == "elevenlabs.api_key: must consist of printable ASCII without blanks");
  options.api_key = "";
  CHECK(fault(options) == "elevenlabs.api_key: empty");
}

TEST_CASE("times and limits must be positive") {
  auto options = options_for("http://127.0.0.1:1");
  options.pong_timeout = 0ms;
  CHECK(fault(options) == "elevenlabs.pong_timeout: must be positive");
  options = options_for("http://127.0.0.1:1");
  options.activity_interval = -1ms;
  CHECK(fault(options) == "elevenlabs.activity_interval: must be positive");
  options = options_for("http://127.0.0.1:1");
  options.signed_url_workers = 0;
  CHECK(fault(options) == "elevenlabs.signed_url_workers: must be positive");
}

TEST_CASE("a CA file that cannot be read is refused by name") {
  auto options = options_for("http://127.0.0.1:1");
  options.ca_file = "/nonexistent/ca.pem";
  CHECK(fault(options) == "elevenlabs.ca_file: cannot be read as certificates");
  CHECK(check(options).error().detail == "elevenlabs.ca_file: cannot be read as certificates");
  options.ca_file = "";
  CHECK(check(options));
}

TEST_CASE("somebody must listen") {
  const auto made = ElevenLabsConnector::create(options_for("http://127.0.0.1:1"), nullptr);
  REQUIRE_FALSE(made.has_value());
  CHECK(made.error().detail.find("post") != std::string::npos);
}
