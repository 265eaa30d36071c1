// The simplest outside world for tests of engine and runtime.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include <sessioncore/engine/engine.hpp>
#include <sessioncore/testing/fault_store.hpp>
#include <sessioncore/testing/manual_clock.hpp>
#include <sessioncore/testing/memory_store.hpp>

namespace sessioncore::testing {

struct RecordingChannel final : Channel {
  void send(const ChatFacts&, const SendId& send, const std::string& text) override {
    sent.emplace_back(send.message, text);
    if (post) post_result(send);
  }
  void recall(const ChatFacts&, const SendId& send) override { recalled.push_back(send.message); }
  void list_sent(const ChatFacts&, Instant) override { ++listed; }
  void post_result(const SendId& send) {
    post(chat, SendSucceeded{send, ProviderMessageId("out-" + std::to_string(send.message)), {}});
  }

  ChatId chat;
  PostEvent post;  // empty: nothing is reported
  std::vector<std::pair<MessageNumber, std::string>> sent;
  std::vector<MessageNumber> recalled;
  int listed = 0;
};

struct RecordingAgents final : AgentConnector {
  void open(const LinkId& link, const AgentId&, const ChatFacts&) override {
    opened.push_back(link);
    if (post) post(link.chat, LinkReady{link.generation, "conversation"});
  }
  void ask(const LinkId& link, const std::string& context, const std::string& question) override {
    asked.push_back(question);
    contexts.push_back(context);
    if (post) post(link.chat, AgentReplied{link.generation, 1, "answer"});
  }
  void answer_tool(const LinkId&, const std::string&, bool) override {}
  void close(const LinkId& link) override { closed.push_back(link); }

  PostEvent post;
  std::vector<LinkId> opened;
  std::vector<LinkId> closed;
  std::vector<std::string> asked;
  std::vector<std::string> contexts;
};

struct FixedPolicy final : PolicySource {
  FixedPolicy() { policy_.agent = AgentId("agent"); }
  std::shared_ptr<const Policy> policy(const ChatFacts&) override {
    if (!shared_) shared_ = std::make_shared<const Policy>(policy_);
    return shared_;
  }
  Policy policy_;
  std::shared_ptr<const Policy> shared_;
};

// A store that fails for some chats only.
struct ChatFaults final : ForwardingStore {
  using ForwardingStore::ForwardingStore;
  // Each may be empty. An error is given instead of the answer.
  std::function<std::optional<Error>(const ChatId&)> at_read;
  std::function<std::optional<Error>(const Commit&)> at_commit;
  bool texts_are_lost = false;  // no message is found

  Result<std::optional<StoredChat>> load(const ChatId& chat) override {
    if (auto error = at_read ? at_read(chat) : std::nullopt) return *error;
    return ForwardingStore::load(chat);
  }
  Result<std::optional<MessageNumber>> find_message(const ChatId& chat, const ProviderMessageId& id) override {
    if (auto error = at_read ? at_read(chat) : std::nullopt) return *error;
    return ForwardingStore::find_message(chat, id);
  }
  Result<void> commit(std::span<const Commit> batch) override {
    for (const Commit& commit : batch) {
      if (auto error = at_commit ? at_commit(commit) : std::nullopt) return *error;
    }
    return ForwardingStore::commit(batch);
  }
  Result<std::vector<ChatId>> due(Instant now, std::size_t max) override {
    ++scans;
    return ForwardingStore::due(now, max);
  }
  Result<std::vector<StoredMessage>> messages(const ChatId& chat, std::span<const MessageNumber> numbers) override {
    if (texts_are_lost) return std::vector<StoredMessage>();
    return ForwardingStore::messages(chat, numbers);
  }

  std::atomic<int> scans{0};  // of `due`
};

inline ChatFacts facts_of(const std::string& external_id) {
  ChatFacts facts;
  facts.key = {TenantId("tenant"), "test", external_id};
  return facts;
}

inline ContactMessage contact(const std::string& id, const std::string& text = "Hello") {
  ContactMessage message;
  message.provider_id = ProviderMessageId(id);
  message.text = text;
  return message;
}

}  // namespace sessioncore::testing
