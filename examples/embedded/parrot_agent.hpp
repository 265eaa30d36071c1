// An agent of our own, by request and response: it has no connection, so a link is ready as soon as it is opened.
#pragma once

#include <string>
#include <utility>

#include <sessioncore/engine/ports.hpp>

namespace embedded {

using namespace sessioncore;

class ParrotAgent final : public AgentConnector {
 public:
  explicit ParrotAgent(PostEvent post) : post_(std::move(post)) {}

  void open(const LinkId& link, const AgentId&, const ChatFacts&) override {
    post_(link.chat, LinkReady{.generation = link.generation});
  }

  // `context` is the history, told with the first question on a link. A service would be asked in a thread of the
  // adapter's own; if it fails, that is a `LinkClosed`, and the rules ask again.
  void ask(const LinkId& link, const std::string&, const std::string& question) override {
    const bool wants_human = question.find("human") != std::string::npos;
    post_(link.chat, AgentReplied{.generation = link.generation,
                                  .text = wants_human ? "One moment, please." : "You said: " + question});
    // The name of the tool is `Policy::handoff_tool`.
    if (wants_human) {
      post_(link.chat, AgentToolCalled{.generation = link.generation, .tool = "transfer_to_human", .call_id = "1"});
    }
  }

  void answer_tool(const LinkId&, const std::string&, bool) override {}  // nothing here waits for it
  void close(const LinkId&) override {}

 private:
  PostEvent post_;
};

}  // namespace embedded
