// The engine layer: what the agent is asked about a burst of messages.
#include <iostream>
#include <vector>

#include <sessioncore/engine/context.hpp>
#include <sessioncore/engine/engine.hpp>

int main() {
  using namespace sessioncore;
  std::vector<StoredMessage> batch(2);
  batch[0].text = "Hello";
  batch[1].text = "are you open?";
  const std::string question = format_question(batch, Policy());
  if (question != "Hello\nare you open?") return 1;
  std::cout << question << "\n";
}
