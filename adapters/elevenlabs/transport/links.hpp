/// All links and what the conversation protocol asks of each: the inside of the connector.
///
/// Thread rule: the public functions from any thread; the state belongs to the I/O thread of `sockets_`.
#pragma once

#include "codec/decode.hpp"
#include "codec/encode.hpp"
#include "transport/check_options.hpp"
#include "transport/signed_url.hpp"
#include "transport/web_sockets.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <sessioncore/elevenlabs/connector.hpp>

namespace sessioncore::elevenlabs {

class ElevenLabsConnector::Links {
 public:
  /// Throws std::runtime_error if the CA file cannot be used.
  Links(Options options, const Addresses& addresses, PostEvent post);
  ~Links();
  Links(const Links&) = delete;
  Links& operator=(const Links&) = delete;

  void open(const LinkId& id, const AgentId& agent, const ChatFacts& chat);
  void ask(const LinkId& id, const std::string& context, const std::string& question);
  void answer_tool(const LinkId& id, const std::string& call_id, bool ok);
  void close(const LinkId& id);
  void shutdown();
  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  using Clock = std::chrono::steady_clock;
  using Serial = std::uint64_t;  ///< of one attempt: never used again, so that what comes late finds nothing
  struct Link {
    LinkId id;
    std::shared_ptr<std::atomic<bool>> wanted;  ///< read by the worker that fetches the URL
    std::string initiation;                     ///< until it is sent
    SocketId socket = 0;
    bool ready = false;
    bool answer_due = false;    ///< asked, and not answered yet
    std::uint32_t asked = 0;    ///< questions that we were given
    std::uint32_t written = 0;  ///< of those: what is read may answer the last of them
    /// Closed by the engine, and kept until then for the answer that may be on its way (R9).
    std::optional<Clock::time_point> leave_at;
    /// The agent ended the conversation: kept until then for its last text, which may follow.
    std::optional<Clock::time_point> over_at;
    bool in_queue = false;          ///< what is sent now is lost
    std::vector<std::string> held;  ///< sent when the queue is over
    ServerError last_error;
    Clock::time_point last_input;  ///< when the service last heard of the contact
  };
  struct HashId {
    std::size_t operator()(const LinkId& id) const noexcept {
      return std::hash<ChatId>{}(id.chat) ^ (std::size_t{id.generation} * 0x9e3779b97f4a7c15U);
    }
  };

  [[nodiscard]] std::string service_id_of(const AgentId& agent, const ChatFacts& chat) const;
  [[nodiscard]] std::string initiation_for(const ChatFacts& chat) const;
  void begin(const LinkId& id, const std::string& agent, std::string initiation);
  void connect(Serial serial, const SignedUrl& answer);
  void on_open(Serial serial);
  void on_text(Serial serial, const std::string& text);
  void on_binary(Serial serial);
  void on_ended(Serial serial, const SocketEnd& end);
  void tick();
  [[nodiscard]] bool wants_activity(const Link& link, Clock::time_point now) const;

  void handle(Serial serial, Link& link, const Ready& frame);
  void handle(Serial serial, Link& link, const Reply& frame);
  void handle(Serial serial, Link& link, const Part& frame);
  void handle(Serial serial, Link& link, const Ping& frame);
  void handle(Serial serial, Link& link, const ToolCall& frame);
  void handle(Serial serial, Link& link, const AgentEnded& frame);
  void handle(Serial serial, Link& link, const ServerError& frame);
  void handle(Serial serial, Link& link, const Queue& frame);
  void handle(Serial serial, Link& link, const Correction& frame);
  void handle(Serial serial, Link& link, const Info& frame);
  void handle(Serial serial, Link& link, const Malformed& frame);

  void report(const LinkId& id, Event event) const;
  void say(Serial serial, std::string text);
  void note_question(Serial serial);
  void finish(Serial serial, LinkLoss loss, const std::string& detail);
  void forget(Serial serial);
  [[nodiscard]] Link* find(Serial serial);
  [[nodiscard]] Serial serial_of(const LinkId& id) const;  ///< 0: none
  void log(LogLevel level, const LinkId& id, const std::string& what) const;

  const Options options_;
  const PostEvent post_;
  std::unordered_map<Serial, Link> links_;
  std::unordered_map<LinkId, Serial, HashId> serials_;
  Serial last_serial_ = 0;
  std::atomic<std::size_t> count_{0};
  std::atomic<bool> stopping_{false};  ///< nothing is reported any more
  WebSockets sockets_;
  SignedUrls signed_urls_;
};

}  // namespace sessioncore::elevenlabs
