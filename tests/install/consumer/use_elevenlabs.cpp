// The agent's connector: one that is set up, and one that is refused with the option's name.
#include <iostream>

#include <sessioncore/elevenlabs/connector.hpp>

int main() {
  using namespace sessioncore;
  const PostEvent nobody = [](const ChatId&, const Event&) {};
  elevenlabs::Options options;
  options.base_url = "http://127.0.0.1:9";
  options.api_key = "key";
  const auto connector = elevenlabs::ElevenLabsConnector::create(options, nobody);
  if (!connector) {
    std::cerr << connector.error().detail << "\n";
    return 1;
  }
  if ((*connector)->link_count() != 0) return 1;
  options.base_url = "http://127.0.0.1:9/with/path";
  const auto refused = elevenlabs::ElevenLabsConnector::create(options, nobody);
  if (refused) return 1;
  std::cout << refused.error().detail << "\n";
}
