// The library's JSON forms: what is read is written as it was read, and what is refused says why.
#include "support/random_chat.hpp"
#include "target.hpp"

#include <sessioncore/json.hpp>

using namespace sessioncore;
using fuzz::require;

namespace {

template <class Read>
void read_and_write(std::string_view text, Read read) {
  const auto value = read(text);
  if (!value) {
    require(!value.error().detail.empty() && value.error().detail.size() < 300,
            "refused without a reason of some length");
    return;
  }
  ++fuzz::understood;
  const std::string written = json::write(*value);
  const auto again = read(written);
  require(again && *again == *value && json::write(*again) == written, "what was read is not what was written");
}

}  // namespace

std::vector<std::string> fuzz::examples() {
  std::vector<std::string> texts;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    test_support::RandomChat chat(seed);
    for (int n = 0; n < 60; ++n) {
      const Event event = chat.next_event();
      const Step decided = chat.give(event);
      if (n % 12 != 11) continue;
      texts.insert(texts.end(), {json::write(decided.next), json::write(event), json::write(chat.policy()),
                                 json::write(decided.effects), json::write(decided.outcome)});
      for (const Record& record : decided.records) texts.push_back(json::write(record));
    }
  }
  return texts;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  read_and_write(text, json::read_conversation);
  read_and_write(text, json::read_event);
  read_and_write(text, json::read_policy);
  read_and_write(text, json::read_effects);
  read_and_write(text, json::read_outcome);
  read_and_write(text, json::read_record);
  return 0;
}
