// The JSON forms: what is written is read back the same.
#include <iostream>

#include <sessioncore/json.hpp>

int main() {
  using namespace sessioncore;
  Conversation state;
  state.version = 7;
  const std::string text = json::write(state);
  const auto again = json::read_conversation(text);
  if (!again || !(*again == state)) return 1;
  if (json::read_conversation("{").has_value()) return 1;
  std::cout << text.size() << " bytes\n";
}
