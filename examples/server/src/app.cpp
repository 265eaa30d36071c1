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
#include "event_sinks.hpp"
#include "health/readiness.hpp"
#include "http/reply.hpp"
#include "http/server.hpp"
#include "live/live_routes.hpp"
#include "log.hpp"
#include "metrics/metrics.hpp"
#include "must.hpp"
#include "reload.hpp"
#include "signals.hpp"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <stdexcept>
#include <thread>

#include <sodium.h>

#include <sessioncore/elevenlabs/connector.hpp>
#include <sessioncore/runtime/runtime.hpp>
#include <sessioncore/runtime/system_clock.hpp>
#include <sessioncore/sqlite/probe.hpp>
#include <sessioncore/sqlite/store.hpp>
#include <sessioncore/unipile/channel.hpp>

namespace sessioncore::server {

namespace {

constexpr std::size_t kReaderCacheKib = 4 * 1024;
constexpr Duration kDrain = std::chrono::seconds(8);  // a container's supervisor kills after ten
constexpr std::chrono::seconds kLookAgain(2);         // for tenants that a command has added or changed

/// 24 hexadecimal digits, as the ids of the systems this API is compatible with.
ChatId random_chat_id() {
  std::array<unsigned char, 12> bytes{};
  std::array<char, 25> text{};
  randombytes_buf(bytes.data(), bytes.size());
  sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
  return ChatId(text.data());
}

/// For the connections beside the engine's.
sqlite::Options small_options() {
  sqlite::Options options;
  options.cache_kib = kReaderCacheKib;
  return options;
}

std::unique_ptr<sqlite::SqliteUsers> open_users(const Config& config) {
  return must(sqlite::SqliteUsers::open(config.database, small_options()), "database");
}

/// Tells this run of the server from all others.
std::string random_run() {
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%08x%08x", randombytes_random(), randombytes_random());
  return text.data();
}

/// A delivery that was not marked because of a power failure is made again, so nothing needs to wait for the disk.
sqlite::Options notifier_database_options() {
  sqlite::Options options = small_options();
  options.synchronous = sqlite::Synchronous::normal;
  return options;
}

NotifierOptions notifier_options(const Tenants& tenants) {
  NotifierOptions options;
  options.receiver = [&tenants](const TenantId& id) {
    const auto tenant = tenants.find(id);
    return tenant == nullptr ? NotificationsConfig() : tenant->notifications;
  };
  options.random = [] { return randombytes_random() / 4294967296.0; };
  return options;
}

sqlite::Options database_options(const Config& config) {
  sqlite::Options options;
  options.preview_chars = std::max<std::size_t>(options.preview_chars, config.tenant_defaults.message_preview_chars);
  for (const auto& tenant : config.tenants) {
    options.preview_chars = std::max<std::size_t>(options.preview_chars, tenant.message_preview_chars);
  }
  return options;
}

/// Waits less than a commit would: whoever asks whether the server is ready wants to know now.
std::function<Result<void>()> probe_of(const std::string& database) {
  return [database, probe = std::shared_ptr<sqlite::SqliteProbe>()]() mutable -> Result<void> {
    if (!probe) {
      sqlite::Options options;
      options.busy_timeout = std::chrono::seconds(1);
      auto opened = sqlite::SqliteProbe::open(database, options);
      if (!opened) return opened.error();
      probe = std::move(*opened);
    }
    return probe->commit();
  };
}

RuntimeOptions runtime_options(const Config& config, Metrics& metrics, Accounts& accounts) {
  RuntimeOptions options;
  options.queue_max = config.queue_max;
  options.engine.new_chat_id = random_chat_id;
  options.on_batch = [&metrics, &accounts](const BatchStats& batch) {
    metrics.stored(batch);
    accounts.stored(batch.ok);
  };
  options.on_error = [](const Error& error) {
    log::error("engine.failed", {{"code", std::string(to_string(error.code))}, {"detail", error.detail}});
  };
  return options;
}

/// Until the engine takes messages. 503 makes the provider try again.
Admit closed_until(const std::atomic<bool>& open) {
  return [&open](const httplib::Request& request) {
    if (open || request.path == kLivePath || request.path == kReadyPath) return;
    throw HttpError(503, "recovering", "the server is starting, try again");
  };
}

HttpOptions http_options(const HttpConfig& config, Metrics& metrics, const std::atomic<bool>& open) {
  HttpOptions options;
  options.gate = closed_until(open);
  options.on_answered = [&metrics](const RequestReport& report) { metrics.http().answered(report); };
  options.connections_max = config.connections_max;
  options.waiting_max = config.waiting_max;
  options.body_bytes_max = config.body_bytes_max;
  options.connection.head_timeout = config.head_timeout;
  options.connection.body_timeout = config.body_timeout;
  options.connection.keep_alive = config.keep_alive;
  return options;
}

unipile::ChannelOptions unipile_options(const UnipileConfig& config) {
  unipile::ChannelOptions options;
  options.base_url = config.base_url;
  options.api_key = config.api_key;
  options.ca_file = config.ca_file;
  options.proxy = config.proxy;
  options.drain_timeout = kDrain;
  options.log = [](unipile::LogLevel level, const std::string& line) {
    if (level == unipile::LogLevel::debug || level == unipile::LogLevel::info)
      return log::debug("unipile", {{"what", line}});
    log::warn("unipile", {{"what", line}});
  };
  return options;
}

elevenlabs::Options elevenlabs_options(const ElevenLabsConfig& config, const Tenants& tenants) {
  elevenlabs::Options options;
  options.base_url = config.base_url;
  options.api_key = config.api_key;
  options.ca_file = config.ca_file;
  options.proxy = config.proxy;
  options.text_only_override = config.text_only_override;
  // Policies and the audit log know agents by the configuration's ids; only here do they become a provider's.
  options.service_agent_id = [&tenants](const AgentId& agent, const ChatFacts& chat) {
    const auto found = tenants.find_agent(chat.key.tenant, agent);
    return found == nullptr ? agent.value : found->elevenlabs_agent_id;
  };
  options.log = [](elevenlabs::LogLevel level, const std::string& line) {
    if (level == elevenlabs::LogLevel::warning) return log::warn("elevenlabs", {{"what", line}});
    log::debug("elevenlabs", {{"what", line}});
  };
  return options;
}

/// Zero if none came while `kLookAgain` passed.
int wait_for_signal(const sigset_t& signals) {
  const timespec within{kLookAgain.count(), 0};
  const int signal = sigtimedwait(&signals, nullptr, &within);
  return signal > 0 ? signal : 0;
}

std::string url_of(const std::string& host, int port) {
  const bool v6 = host.find(':') != std::string::npos;
  return "http://" + (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace

/// The order of the members is the order of construction; what is used by others stands before them.
struct App::Parts {
  Parts(const Config& config, LoadConfig load_again);
  /// An exception may have left some of them running: all stand still before the first of them goes.
  ~Parts();
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
};

App::Parts::Parts(const Config& given, LoadConfig load_again)
    : config(given),
      alone(config.database),
      readiness(probe_of(config.database)),
      store(must(sqlite::SqliteStore::open(config.database, database_options(config)), "database")),
      tenants(open_users(config), config),
      users(open_users(config)),
      readers(config.database, small_options()),
      tokens(config.jwt_secret, config.token_lifetime, config.session_lifetime),
      feed(config.events.kept, random_run()),
      notifier(must(sqlite::SqliteNotifications::open(config.database, notifier_database_options()), "database"), clock,
               notifier_options(tenants)),
      notifications(must(sqlite::SqliteNotifications::open(config.database), "database"), feed, notifier),
      runtime(runtime_options(config, metrics, accounts)),
      unipile(unipile_options(config.unipile), runtime.poster()),
      elevenlabs(must(
          elevenlabs::ElevenLabsConnector::create(elevenlabs_options(config.elevenlabs, tenants), runtime.poster()),
          "configuration")),
      access(tokens, users, tenants),
      chats(readers, users, tenants),
      accounts(unipile_options(config.unipile), config, {runtime, tenants, notifications, clock}),
      blacklist(config.database, runtime, tenants),
      streams(feed, chats, access, clock, config.events),
      webhook(runtime, tenants, accounts, clock, config.unipile.webhook_secret),
      post_call(must(sqlite::SqliteAgentConversations::open(config.database, small_options()), "database"), tenants,
                clock, config.elevenlabs, config.development),
      auth(tokens, users, access, config.http.trusted_proxies),
      reload(config, std::move(load_again), tenants, users, tokens, blacklist, clock),
      http(http_options(config.http, metrics, open)) {
  const auto usable = unipile::check(unipile_options(config.unipile));
  if (!usable) throw std::runtime_error("unipile." + usable.error().detail);
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
}

namespace {

/// A server that left out a chat it cannot read would leave its contact without an answer, and nobody would know.
template <class T>
T readable(Result<T> result, const std::string& what) {
  if (result || result.error().code != ErrorCode::corrupt) return must(std::move(result), what);
  throw std::runtime_error(what + ": " + result.error().detail +
                           "; it was changed by something else: `sessiond replay --all` lists what is damaged;"
                           " restore the latest backup that it proves");
}

}  // namespace

void App::Parts::start() {
  EnginePorts ports;
  ports.store = store.get();
  ports.channel = &unipile;
  ports.agents = elevenlabs.get();
  ports.policies = &tenants;
  ports.clock = &clock;
  ports.sink = &sinks;
  metrics.chats().begin_with(readable(sqlite::take_census(config.database), "database"));
  accounts.listen_first();
  readable(runtime.start(ports), "recovering what a former run left");
  notifier.start();
  accounts.start();
  open = true;
}

/// The signal that ends the server.
int App::Parts::wait_for_end() {
  for (;;) {
    const int signal = wait_for_signal(signals);
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
  unipile.stop();
  elevenlabs->shutdown();
  runtime.stop();
  notifier.stop();
}

App::Parts::~Parts() {
  streams.stop();
  accounts.stop();
  stop();
}

namespace {

/// Serves in a thread of its own until `stop`, or until it is left because something went wrong.
class Serving {
 public:
  explicit Serving(HttpServer& http) : http_(http), thread_([&http] { http.run(); }) {}
  ~Serving() { stop(); }
  Serving(const Serving&) = delete;
  Serving& operator=(const Serving&) = delete;

  void stop() {
    http_.stop();
    if (thread_.joinable()) thread_.join();
  }

 private:
  HttpServer& http_;
  std::thread thread_;
};

}  // namespace

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
  Serving serving(parts_->http);
  parts_->start();
  if (parts_->config.unipile.webhook_secret.empty()) log::warn("webhook.unchecked", {{"why", "development"}});
  log::info("started", {{"port", std::to_string(parts_->port)}, {"version", SESSIOND_VERSION}});
  std::printf("sessiond listening on %s\n", url_of(parts_->config.listen.host, parts_->port).c_str());
  std::fflush(stdout);

  const int signal = parts_->wait_for_end();
  log::info("stopping", {{"signal", std::to_string(signal)}});
  parts_->readiness.stopping();
  parts_->streams.stop();
  parts_->accounts.stop();  // requests may be waiting for the provider
  serving.stop();
  parts_->stop();
  log::info("stopped");
  return 0;
}

}  // namespace sessioncore::server
