/// How the ElevenLabs adapter is set up. Every default suits the real service; tests shorten the times.
/// Thread rule: plain values.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include <sessioncore/engine/ports.hpp>
#include <sessioncore/result.hpp>

namespace sessioncore::elevenlabs {

enum class LogLevel { debug, info, warning };

struct Options {
  std::string base_url = "https://api.elevenlabs.io";  ///< scheme, host and port only; there are regional hosts
  std::string api_key;                                 ///< sent to `base_url` only

  // Overrides: each must be allowed in the agent's security settings, or the service refuses the conversation.
  bool text_only_override = false;                    ///< not needed if the agent itself is text only
  std::optional<std::string> first_message_override;  ///< "" asks the agent to wait for the contact
  std::optional<std::string> language_override;

  bool send_user_id = true;        ///< the chat id, by which conversations are found again at the service
  bool send_contact_name = false;  ///< as the dynamic variable `contact_name`
  std::map<std::string, std::string> dynamic_variables;

  /// The service's id of an agent. Empty: the `AgentId` is that id. If it throws, the link is refused. Called from the
  /// thread that calls `open`.
  std::function<std::string(const AgentId& agent, const ChatFacts& chat)> service_agent_id;

  std::string ca_file;  ///< PEM; trusted besides the system's certificates
  std::string proxy;    ///< "http://[user:password@]host[:port]"; carries both the requests and the WebSockets

  std::chrono::milliseconds connect_timeout{5000};     ///< of the request for a signed URL, until connected
  std::chrono::milliseconds request_timeout{8000};     ///< of that request as a whole
  std::chrono::milliseconds open_timeout{10000};       ///< of the WebSocket until its handshake is done
  std::chrono::milliseconds close_timeout{2000};       ///< for the service's part of a close
  std::chrono::milliseconds ping_interval{30000};      ///< silence after which the service is asked for a sign of life
  std::chrono::milliseconds pong_timeout{10000};       ///< without one the link counts as failed
  std::chrono::milliseconds activity_interval{25000};  ///< the service gives up after 60 s without input
  std::chrono::milliseconds late_reply_wait{30000};    ///< after a close with a question unanswered; 0: close at once
  std::chrono::milliseconds last_reply_wait{2000};     ///< after the agent's `end_call`; 0: close at once
  std::chrono::milliseconds shutdown_timeout{1000};    ///< for closing all links in good order

  std::size_t max_message_bytes = std::size_t{1} << 20U;   ///< of a frame from the service
  std::size_t max_buffered_bytes = std::size_t{1} << 20U;  ///< waiting to be sent on one link
  std::size_t max_links = 20000;                           ///< more are refused as busy
  std::size_t max_pending_opens = 2000;                    ///< waiting for a signed URL; more are refused as busy
  std::size_t signed_url_workers = 16;                     ///< threads that ask for signed URLs

  /// Hears what happens, without message texts, URLs or secrets. Called from the adapter's threads; must not block.
  std::function<void(LogLevel level, const std::string& line)> log;
};

/// `invalid_argument` names the first option that cannot work, such as "elevenlabs.api_key: empty".
[[nodiscard]] Result<void> check(const Options& options);

}  // namespace sessioncore::elevenlabs
