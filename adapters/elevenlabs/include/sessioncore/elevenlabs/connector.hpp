/// ElevenLabs Agents as the AI side: one WebSocket conversation for each link.
///
/// Makes one attempt at everything and reports what happened, with the generation of the link; when to open, ask, wait,
/// give up or try again is the core's decision. Answers the protocol's own pings.
/// Thread rule: every member function may be called from any thread and returns at once, except that `shutdown` waits
/// and must not be called from inside a callback. Events are posted from the adapter's I/O thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include <sessioncore/elevenlabs/options.hpp>
#include <sessioncore/engine/ports.hpp>
#include <sessioncore/result.hpp>

namespace sessioncore::elevenlabs {

class ElevenLabsConnector final : public AgentConnector {
 public:
  /// `invalid_argument` names the option that cannot be used.
  [[nodiscard]] static Result<std::unique_ptr<ElevenLabsConnector>> create(Options options, PostEvent post);
  ~ElevenLabsConnector() override;
  ElevenLabsConnector(const ElevenLabsConnector&) = delete;
  ElevenLabsConnector& operator=(const ElevenLabsConnector&) = delete;

  /// Nothing happens if this chat has a link of this generation already.
  void open(const LinkId& link, const AgentId& agent, const ChatFacts& chat) override;
  /// Nothing is sent if the link is not ready: its loss has been reported or will be.
  void ask(const LinkId& link, const std::string& context, const std::string& question) override;
  void answer_tool(const LinkId& link, const std::string& call_id, bool ok) override;
  /// Reports no loss, neither now nor later. If a question is unanswered, its late reply is still listened for and
  /// reported, for `Options::late_reply_wait` at most (R9).
  void close(const LinkId& link) override;

  /// Closes all links without reporting them and ends the threads. May be called again.
  void shutdown();

  /// Links that are being opened or open, for a gauge.
  [[nodiscard]] std::size_t link_count() const;

 private:
  class Links;
  explicit ElevenLabsConnector(std::unique_ptr<Links> links);
  std::unique_ptr<Links> links_;
};

}  // namespace sessioncore::elevenlabs
