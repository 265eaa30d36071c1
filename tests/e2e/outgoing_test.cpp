// How the server reaches its providers: through a proxy, with an authority of one's own.
#include "../adapters/elevenlabs/certificates.hpp"
#include "../adapters/elevenlabs/forward_proxy.hpp"
#include "../adapters/unipile/http_stand.hpp"
#include "support/provider.hpp"
#include "support/server_fixture.hpp"

#include <mutex>
#include <string>

#include <doctest/doctest.h>

using namespace e2e;
using sessioncore::elevenlabs::testing::Certificates;
using sessioncore::elevenlabs::testing::ForwardProxy;
using sessioncore::unipile::tests::BasicHttpStand;

TEST_CASE("each provider has its own proxy, and its own trusted authority") {
  const Certificates certificates;
  std::mutex mutex;
  std::string asked;
  BasicHttpStand<httplib::SSLServer> providers(certificates.certificate().c_str(), certificates.key().c_str());
  providers.server.Get(".*", [&](const httplib::Request& request, httplib::Response& response) {
    const std::lock_guard lock(mutex);
    asked += request.path + "\n";
    response.set_content("{}", "application/json");
  });
  const auto were_asked = [&](const char* path) {
    const std::lock_guard lock(mutex);
    return asked.find(path) != std::string::npos;
  };
  ForwardProxy proxy;
  const std::string url = providers.start("https", "localhost");
  const auto reached_through = [&](const std::string& credentials) {
    return json{{"base_url", url}, {"ca_file", certificates.authority()}, {"proxy", proxy.url(credentials)}};
  };
  ServerFixture server(json{{"unipile", reached_through("uni:pile@")},
                            {"elevenlabs", reached_through("eleven:labs@")},
                            {"policy", {{"grace_period_seconds", 0}}}});
  auto api = server.logged_in();
  // It answers also where the provider was not reached in time.
  CHECK(eventually([&] {
    (void)api.get("/api/whatsapp/connection-status");
    return were_asked("/api/v1/accounts/acc_1");
  }));
  auto client = server.client();
  REQUIRE(deliver(client, message_webhook("chat_1", "m1", "hello")).status == 200);
  CHECK(eventually([&] { return were_asked("/v1/convai/conversation/get-signed-url"); }));
  for (const char* credentials : {"dW5pOnBpbGU=", "ZWxldmVuOmxhYnM="}) {
    CHECK_MESSAGE(proxy.heads().find(credentials) != std::string::npos, credentials);
  }
  for (const char* secret : {"pile@", "labs@"}) CHECK(server.log().find(secret) == std::string::npos);
}
