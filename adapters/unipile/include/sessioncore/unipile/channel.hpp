/// The channel that carries messages through Unipile: one attempt per call, no rule, no retry.
///
/// Sends of one chat happen in the order they were asked for, one at a time; a list that a send of its chat finds
/// before it is given up. Different chats use up to `workers` connections, those of one account up to
/// `account_workers`: an account that hangs holds up nobody else. There is a new connection for each request: on a kept
/// one that the service has just closed, nobody could tell whether a message went out. Thread rule: all functions may
/// be called from any thread; `post` and `log` are called from the adapter's own threads, and `post` also from within
/// `send` when the queue is full and from `recall`. Both must stay callable until `stop()` has returned.
#pragma once

#include <memory>

#include <sessioncore/engine/ports.hpp>
#include <sessioncore/unipile/options.hpp>

namespace sessioncore::unipile {

class UnipileClient final : public Channel {
 public:
  /// Options that `check` refuses do not throw: each send is then reported as permanently failed with the reason.
  UnipileClient(ChannelOptions options, PostEvent post);
  ~UnipileClient() override;
  UnipileClient(const UnipileClient&) = delete;
  UnipileClient& operator=(const UnipileClient&) = delete;

  /// Uses `chat.key.external_id` as the chat and `chat.account` as the account that must own it.
  void send(const ChatFacts& chat, const SendId& send, const std::string& text) override;
  /// Takes the text back if no worker has taken it; then it is reported as withdrawn, from within this call.
  void recall(const ChatFacts& chat, const SendId& send) override;
  /// Reports own messages oldest first, until a `send` in the chat. WhatsApp's times are whole seconds, so it looks two
  /// seconds further back.
  void list_sent(const ChatFacts& chat, Instant since) override;

  /// Reports what has not been begun as withdrawn, gives requests in flight `drain_timeout`, cuts off the rest
  /// (reported as ambiguous) and joins the threads. Later sends are reported as withdrawn. May be called twice.
  void stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sessioncore::unipile
