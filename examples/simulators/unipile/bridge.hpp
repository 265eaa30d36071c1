// The bridge: its world, its options and planned faults behind one lock, and the events it tells the webhooks.
#pragma once

#include "model.hpp"
#include "unipile_simulator.hpp"
#include "webhook_sender.hpp"
#include "world.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace sessioncore::simulators {

struct FormPart {
  std::string name;
  std::string filename;
  std::string content_type;
  std::string content;
};

struct ApiRequest {
  std::string method;
  std::vector<std::string> path;  // segments; "/api/v1" removed for the provider's API
  std::multimap<std::string, std::string> query;
  std::string api_key;
  bool has_api_key = false;
  std::string content_type;
  std::string body;
  std::vector<FormPart> parts;

  [[nodiscard]] std::string query_value(const std::string& name) const;
};

struct ApiReply {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
  std::int64_t retry_after = 0;
  bool drop_connection = false;  // cut the connection instead of answering
};

class Bridge {
 public:
  explicit Bridge(UnipileSimulator::Config config);
  ~Bridge();

  // Tell the webhooks; call with the lock held. Returns the ids of the deliveries.
  std::vector<std::int64_t> emit(const std::string& event, const Message& message, std::int64_t delay_ms,
                                 const std::string& reaction = "", const Attendee* reactor = nullptr);
  void emit_account_status(const std::string& account_id, const std::string& message);
  void emit_raw(const std::string& source, const std::string& body);
  void flush_reordered();

  // The status the phone link has from now on; RECONNECTED delivers what was missed.
  void set_account_status(Account& account, const std::string& message);
  // The next planned fault for this request, counted down; takes the lock itself.
  std::optional<Fault> take_fault(const std::string& route, const std::string& text);

  void put_options(const nlohmann::json& body);
  [[nodiscard]] nlohmann::json show_options() const;
  void register_webhook_url(const std::string& url);
  void reset(bool keep_options);

  const UnipileSimulator::Config config;
  std::mutex mutex;
  World world;
  BridgeOptions options;
  std::vector<Fault> faults;
  WebhookSender sender;

 private:
  struct Missed {
    std::string account_id;
    std::string event;
    std::string message_id;
  };

  void seed();
  std::int64_t deliver(const Webhook& webhook, Delivery delivery, std::int64_t delay_ms);
  void apply_sender_settings();

  std::vector<Missed> missed_;
  std::vector<Delivery> reordered_;
};

// The three faces of the HTTP server.
ApiReply answer_rest(Bridge& bridge, const ApiRequest& request);
ApiReply answer_control(Bridge& bridge, const ApiRequest& request);

}  // namespace sessioncore::simulators
