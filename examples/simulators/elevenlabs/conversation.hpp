// One conversation as the service runs it: the handshake, the keep-alive, the turns and every planned misbehaviour.
// It knows no socket: it talks to its client through Wire. Used on one thread only.
#pragma once

#include "plans.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace sessioncore::simulators {

class OptionStore;

class Wire {
 public:
  virtual ~Wire() = default;
  virtual void send(const std::string& text) = 0;
  virtual void close(int code, const std::string& reason) = 0;
  virtual void reset() = 0;  // abrupt: no close frame
  virtual void after(std::int64_t delay_ms, std::function<void()> action) = 0;
};

struct FrameRecord {
  std::int64_t at_ms = 0;
  bool from_client = false;
  std::string text;
};

struct ContextUpdate {
  std::string context_id;
  std::string text;
};

struct TranscriptLine {
  std::string role;  // user | agent
  std::string text;
  std::int64_t at_ms = 0;
};

struct ToolResult {
  std::string tool_call_id;
  std::string result;
  bool is_error = false;
};

// What a turn still has to do: a delay, then an action; the front one is next.
struct TurnStep {
  std::int64_t delay_ms = 0;
  std::function<void()> action;
};

struct Turn {
  std::int64_t event_id = 0;
  std::string text;
  TurnPlan plan;
  std::deque<TurnStep> steps;
  std::string awaited_tool_call;
  bool held = false;
  bool answering = false;
  bool done = false;
  bool cancelled = false;
};

class Conversation : public std::enable_shared_from_this<Conversation> {
 public:
  struct Identity {
    std::string id;
    std::string agent_id;
    std::string url;
    std::string subprotocol;
  };

  Conversation(Identity identity, OptionStore& options, Wire& wire);

  void on_open();
  void on_frame(const std::string& text);
  // The connection is gone, whoever ended it; no call to Wire after this.
  void on_closed(int code, const std::string& reason, bool by_client);

  // Control.
  std::int64_t say(const std::string& text, std::int64_t event_id);
  void send_raw(const nlohmann::json& frame);
  std::string call_tool(const std::string& name, const std::string& parameters);
  void end(int code, const std::string& error_type, bool error_event);
  void abort();
  int release_held(const std::string& instead);
  int held() const;
  void queue_done();

  [[nodiscard]] nlohmann::json describe(bool with_frames) const;
  [[nodiscard]] nlohmann::json rest_view() const;
  [[nodiscard]] const Identity& identity() const { return identity_; }
  [[nodiscard]] bool is_open() const { return open_; }
  [[nodiscard]] bool is_ready() const { return open_ && metadata_sent_; }

 private:
  using Frame = nlohmann::json;

  void send(Frame frame);
  void record(bool from_client, const std::string& text);
  void later(std::int64_t delay_ms, std::function<void()> action);
  void fail(int code, const std::string& error_type, const std::string& message);

  void on_initiation(const Frame& frame);
  void shut(int code, const std::string& reason);
  bool overrides_allowed(const Frame& frame);
  void begin();
  void greet();
  void ping();
  void watch_input();
  void watch_idle();

  void on_user_message(const Frame& frame);
  void on_context(const Frame& frame);
  void on_tool_result(const Frame& frame);

  void start_turn(const std::string& text);
  void interrupt_outstanding();
  void plan_steps(const std::shared_ptr<Turn>& turn);
  void plan_replies(const std::shared_ptr<Turn>& turn);
  void plan_parts(const std::shared_ptr<Turn>& turn, const std::string& text, std::int64_t event_id);
  void plan_tool(const std::shared_ptr<Turn>& turn);
  void plan_ending(const std::shared_ptr<Turn>& turn);
  void run(const std::shared_ptr<Turn>& turn);
  void respond(const std::string& text, std::int64_t event_id);

  Identity identity_;
  OptionStore& options_;
  Wire& wire_;
  ConnectionPlan plan_;
  std::string connection_patch_ = "{}";
  std::string greeting_;

  bool open_ = true;
  bool closing_ = false;
  bool initiated_ = false;
  bool metadata_sent_ = false;
  bool queue_waiting_ = false;
  std::int64_t opened_at_ = 0;
  std::int64_t closed_at_ = 0;
  std::int64_t ready_at_ = 0;
  std::int64_t last_input_at_ = 0;
  std::int64_t last_message_at_ = 0;
  std::int64_t next_event_id_ = 1;
  std::int64_t next_ping_id_ = 1;
  std::int64_t pongs_ = 0;
  std::int64_t next_tool_call_ = 1;
  int close_code_ = 0;
  bool closed_by_client_ = false;
  std::string close_reason_;

  std::vector<FrameRecord> frames_;
  std::vector<std::string> user_messages_;
  std::vector<ContextUpdate> contexts_;
  std::vector<TranscriptLine> transcript_;
  std::vector<ToolResult> tool_results_;
  std::string initiation_ = "null";
  std::vector<std::shared_ptr<Turn>> turns_;
};

std::int64_t wall_clock_ms();

}  // namespace sessioncore::simulators
