// A program with conversations in it: its own channel, agent and settings, a store and the runtime.
//
//   embedded [GRACE_SECONDS [DATABASE]]      lines as console.hpp has them, until the end of the input
#include "chat_watch.hpp"
#include "console.hpp"
#include "console_channel.hpp"
#include "open_store.hpp"
#include "parrot_agent.hpp"
#include "settings.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include <sessioncore/runtime/runtime.hpp>
#include <sessioncore/runtime/system_clock.hpp>

using namespace embedded;

namespace {

std::optional<SendFailure> print_text(const ChatFacts& to, const std::string& text) {
  const bool out = std::printf("to %s: %s\n", to.contact_name.c_str(), text.c_str()) > 0;
  return out ? std::nullopt : std::optional(SendFailure::retryable);
}

void print_notice(const ChatFacts& chat, const Notify& notice) {
  std::printf("for people: %s: %s\n", chat.contact_name.c_str(), std::string(to_string(notice.notice)).c_str());
}

void print_error(const Error& error) {
  std::fprintf(stderr, "%s: %s\n", std::string(to_string(error.code)).c_str(), error.detail.c_str());
}

}  // namespace

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  const double grace_seconds = argc > 1 ? std::atof(argv[1]) : 180;
  auto store = open_store(argc > 2 ? argv[2] : "");
  if (!store) {
    print_error(store.error());
    return 1;
  }

  SystemClock clock;
  Settings settings({.agent = AgentId("parrot"), .grace_period = Duration(std::llround(1000 * grace_seconds))});
  Runtime runtime({.engine = {.new_chat_id = [] { return ChatId(unique_id()); }}, .on_error = print_error});
  ChatWatch watch(print_notice, settings, runtime.poster());
  ConsoleChannel channel(print_text, runtime.poster());
  ParrotAgent agent(runtime.poster());
  if (const auto started = runtime.start({.store = store->get(),
                                          .channel = &channel,
                                          .agents = &agent,
                                          .policies = &settings,
                                          .clock = &clock,
                                          .sink = &watch});
      !started) {
    print_error(started.error());
    return 1;
  }

  Console console(runtime, settings, watch, clock);
  for (std::string line; std::getline(std::cin, line);) console.run(line);

  channel.stop();  // first, so that what it still reports is stored
  runtime.stop();  // before any port goes
}
