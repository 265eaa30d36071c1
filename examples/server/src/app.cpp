#include "app.hpp"

#include "accounts/accounts.hpp"
#include "accounts/blacklist.hpp"
#include "accounts/feature_switch.hpp"
#include "api/agent_conversations.hpp"
#include "api/auth_routes.hpp"
#include "api/blacklist_routes.hpp"
#include "api/chat_actions.hpp"
#include "api/chat_reads.hpp"
#include "api/connection_routes.hpp"
#include "api/document_route.hpp"
#include "api/health_routes.hpp"
#include "api/metrics_route.hpp"
#include "api/post_call_route.hpp"
#include "api/webhook_route.hpp"
#include "auth/access.hpp"
#include "database_lock.hpp"
#include "database_options.hpp"
#include "event_sinks.hpp"
#include "health/readiness.hpp"
#include "health/store_probe.hpp"
#include "http/server.hpp"
#include "http/serving.hpp"
#include "live/live_routes.hpp"
#include "log.hpp"
#include "metrics/metrics.hpp"
#include "must.hpp"
#include "part_options.hpp"
#include "random_ids.hpp"
#include "reload.hpp"
#include "signals.hpp"

#include <atomic>
#include <csignal>
#include <cstdio>
#include <optional>
#include <stdexcept>

#include <sodium.h>

#include <sessioncore/elevenlabs/connector.hpp>
#include <sessioncore/runtime/runtime.hpp>
#include <sessioncore/runtime/system_clock.hpp>
#include <sessioncore/sqlite/store.hpp>
#include <sessioncore/unipile/channel.hpp>

namespace sessioncore::server {

namespace {

constexpr std::chrono::seconds kLookAgain(2);  // for tenants that a command has added or changed

std::unique_ptr<sqlite::SqliteUsers> open_users(const Config& config) {
  return must(sqlite::SqliteUsers::open(config.database, side_options()), "database");
}

template <class T>
T undamaged(Result<T> result, const std::string& what) {
  if (result || result.error().code != ErrorCode::corrupt) return must(std::move(result), what);
  throw std::runtime_error(what + ": " + advised(result.error()));
}

std::string url_of(const std::string& host, int port) {
  const bool v6 = host.find(':') != std::string::npos;
  return "http://" + (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace

/// The order of the members is the order of construction; what is used by others stands before them.
struct App::Parts {
  Parts(const Config& config, LoadConfig load_again);
  /// Also an exception may have left some of them running: all stand still before the first of them goes.
  ~Parts() { stop(); }
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;
  void add_routes();
  void listen();
  void start();
  [[nodiscard]] int wait_for_end();
  void stop();

  sigset_t signals = block_signals();
  Config config;
  DatabaseLock alone;
  Metrics metrics;
  Readiness readiness;
  SystemClock clock;
  std::unique_ptr<sqlite::SqliteStore> store;
  Tenants tenants;
  Users users;
  Readers readers;
  Tokens tokens;
  EventFeed feed;
  Notifier notifier;
  Notifications notifications;
  EventSinks sinks;
  Runtime runtime;
  unipile::UnipileClient unipile;
  std::unique_ptr<elevenlabs::ElevenLabsConnector> elevenlabs;
  Access access;
  ChatLookup chats;
  Accounts accounts;
  Blacklist blacklist;
  EventStreams streams;
  WebhookRoute webhook;
  PostCallRoute post_call;
  AuthRoutes auth;
  Reload reload;
  std::atomic<bool> open{false};
  HttpServer http;
  int port = -1;
  std::optional<Serving> serving;
};

App::Parts::Parts(const Config& given, LoadConfig load_again)
    : config(given),
      alone(config.database),
      readiness(store_probe(config.database)),
      store(must(sqlite::SqliteStore::open(config.database, store_options(config)), "database")),
      tenants(open_users(config), config),
      users(open_users(config)),
      readers(config.database, side_options()),
      tokens(config.jwt_secret, config.token_lifetime, config.session_lifetime),
      feed(config.events.kept, random_run()),
      notifier(must(sqlite::SqliteNotifications::open(config.database, repeatable_options()), "database"), clock,
               notifier_options(tenants)),
      notifications(must(sqlite::SqliteNotifications::open(config.database), "database"), feed, notifier),
      runtime(runtime_options(config, metrics, accounts)),
      unipile(channel_options(config.unipile), runtime.poster()),
      elevenlabs(
          must(elevenlabs::ElevenLabsConnector::create(connector_options(config.elevenlabs, tenants), runtime.poster()),
               "configuration")),
      access(tokens, users, tenants),
      chats(readers, users, tenants),
      accounts(channel_options(config.unipile), config, {runtime, tenants, notifications, clock}),
      blacklist(config.database, runtime, tenants),
      streams(feed, chats, access, clock, config.events),
      webhook(runtime, tenants, accounts, clock, config.unipile.webhook_secret),
      post_call(must(sqlite::SqliteAgentConversations::open(config.database, side_options()), "database"), tenants,
                clock, config.elevenlabs, config.development),
      auth(tokens, users, access, config.http.trusted_proxies),
      reload(config, std::move(load_again), tenants, users, tokens, blacklist, clock),
      http(http_options(config.http, metrics, open)) {
  users.create_absent(config, clock.now());
  note_switches(tenants, clock.now());
  sinks.add(feed);
  sinks.add(notifier);
  sinks.add(metrics.chats());
  sinks.add(accounts.refused_sends());
  add_routes();
}

void App::Parts::add_routes() {
  http.Post("/webhooks/unipile", {[this](const httplib::Request& in) { webhook.admit(in); }},
            [this](const httplib::Request& in, httplib::Response& out) { webhook.handle(in, out); });
  auth.add_to(http);
  add_chat_reads(http, access, chats, tenants);
  post_call.add_to(http);
  add_agent_conversation_reads(http, access, readers);
  add_chat_actions(http, access, chats, runtime);
  add_connection_routes(http, access, accounts.connections(), tenants,
                        {config.public_url, config.unipile.webhook_secret, config.development});
  add_blacklist_routes(http, access, tenants, blacklist);
  add_live_routes(http, access, chats, streams, notifications);
  add_health_routes(http, runtime, readiness);
  add_metrics_route(http, metrics, runtime, config.metrics.token);
  add_document_route(http);
}

void App::Parts::listen() {
  port = http.bind(config.listen.host, config.listen.port);
  if (port < 0) {
    throw std::runtime_error("cannot listen on " + url_of(config.listen.host, config.listen.port) +
                             ": is the port taken?");
  }
  log::info("listening", {{"port", std::to_string(port)}});
  serving.emplace(http);
}

void App::Parts::start() {
  EnginePorts ports;
  ports.store = store.get();
  ports.channel = &unipile;
  ports.agents = elevenlabs.get();
  ports.policies = &tenants;
  ports.clock = &clock;
  ports.sink = &sinks;
  metrics.chats().begin_with(undamaged(sqlite::take_census(config.database), "database"));
  accounts.listen_first();
  undamaged(runtime.start(ports), "recovering what a former run left");
  notifier.start();
  accounts.start();
  open = true;
}

/// The signal that ends the server.
int App::Parts::wait_for_end() {
  for (;;) {
    const int signal = wait_for_signal(signals, kLookAgain);
    if (signal == SIGTERM || signal == SIGINT) return signal;
    if (signal == SIGHUP) {
      reload.run();
    } else {
      reload.look_for_tenants();
    }
  }
}

/// Nothing new is taken, then what was taken is finished: requests first, because they wait for the engine; then the
/// adapters, whose last results still reach the engine; then the engine itself.
void App::Parts::stop() {
  readiness.stopping();
  streams.stop();
  accounts.stop();  // requests may be waiting for the provider
  serving.reset();
  unipile.stop();
  elevenlabs->shutdown();
  runtime.stop();
  notifier.stop();
}

App::App(const Config& config, LoadConfig load_again) {
  if (sodium_init() < 0) throw std::runtime_error("the random source cannot be used");
  parts_ = std::make_unique<Parts>(config, std::move(load_again));
}

App::~App() = default;

const std::vector<RouteName>& App::routes() const {
  return parts_->http.routes();
}

int App::run() {
  parts_->listen();
  parts_->start();
  if (parts_->config.unipile.webhook_secret.empty()) log::warn("webhook.unchecked", {{"why", "development"}});
  log::info("started", {{"port", std::to_string(parts_->port)}, {"version", SESSIOND_VERSION}});
  std::printf("sessiond listening on %s\n", url_of(parts_->config.listen.host, parts_->port).c_str());
  std::fflush(stdout);

  const int signal = parts_->wait_for_end();
  log::info("stopping", {{"signal", std::to_string(signal)}});
  parts_->stop();
  log::info("stopped");
  return 0;
}

}  // namespace sessioncore::server
