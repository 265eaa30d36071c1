// The smallest complete loop: a contact writes twice, nobody answers for three minutes, the agent does, once.
#include <algorithm>
#include <cstdio>
#include <deque>

#include <sessioncore/engine/engine.hpp>
#include <sessioncore/testing/manual_clock.hpp>
#include <sessioncore/testing/memory_store.hpp>

using namespace sessioncore;

std::deque<Input> inbox;  // what the outside reports; the engine takes it in turn

struct Phone : Channel {  // your channel: sends one text and reports what became of it
  void send(const ChatFacts& chat, const SendId& send, const std::string& text) override {
    std::printf("to the contact: %s\n", text.c_str());
    inbox.push_back({chat.id, SendSucceeded{send, ProviderMessageId("out-" + std::to_string(send.message)), {}}, {}});
  }
  void recall(const ChatFacts&, const SendId&) override {}  // sends at once: there is nothing to take back
  void list_sent(const ChatFacts&, Instant) override {}
};

struct Agent : AgentConnector {  // your agent: opens a link, answers questions
  void open(const LinkId& link, const AgentId&, const ChatFacts&) override {
    inbox.push_back({link.chat, LinkReady{link.generation, "conversation-1"}, {}});
  }
  void ask(const LinkId& link, const std::string&, const std::string& question) override {
    std::string line = question;
    for (auto at = line.find('\n'); at != std::string::npos; at = line.find('\n', at)) line.replace(at, 1, ", ");
    inbox.push_back({link.chat, AgentReplied{link.generation, {}, "You said: " + line}, {}});
  }
  void answer_tool(const LinkId&, const std::string&, bool) override {}
  void close(const LinkId&) override {}
};

struct Settings : PolicySource {  // your configuration
  std::shared_ptr<const Policy> policy(const ChatFacts&) override { return policy_; }
  Settings() {
    Policy policy;
    policy.agent = AgentId("reception");
    policy_ = std::make_shared<const Policy>(policy);
  }
  std::shared_ptr<const Policy> policy_;
};

int main() {
  testing::MemoryStore store;  // in production a durable one: sessioncore::sqlite
  testing::ManualClock clock;
  Phone phone;
  Agent agent;
  Settings settings;
  int chats = 0;
  EngineOptions options;
  options.new_chat_id = [&] { return ChatId("chat-" + std::to_string(++chats)); };
  Engine engine({&store, &phone, &agent, &settings, &clock, nullptr}, options);

  ChatFacts chat;
  chat.key = {TenantId("shop"), "phone", "+905550000001"};
  for (const char* text : {"Hello", "Are you open tomorrow?"}) {
    ContactMessage message;
    message.provider_id = ProviderMessageId(text);
    message.text = text;
    inbox.push_back({chat, message, {}});
  }
  // Take what came, then sleep until the next deadline: here the clock simply jumps there.
  for (int turns = 0; turns < 20; ++turns) {
    while (!inbox.empty()) {
      Input input = inbox.front();
      inbox.pop_front();
      if (!engine.run({&input, 1})) return 1;
    }
    const auto deadline = engine.next_deadline();
    if (deadline && *deadline) clock.set(std::max(**deadline, clock.now()));
    if (!engine.run_due()) return 1;
  }
}
