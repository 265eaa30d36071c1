// A bounded, repeatable relative of libFuzzer for every compiler: damages the target's examples.
//
//   fuzz_TARGET [ROUNDS]            examples as they are, their beginnings, then damaged ones; prints what was
//   understood fuzz_TARGET --examples FOLDER   writes the examples as files: a corpus for libFuzzer
#include "target.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <random>

namespace {

using Random = std::mt19937_64;

std::size_t below(Random& random, std::size_t limit) {
  return limit == 0 ? 0 : random() % limit;
}

constexpr std::array<std::string_view, 12> kPieces = {"null", "true",  "-1", "1e308",   "18446744073709551616", "[[[[",
                                                      "{\"",  "\"\":", ",",  "\\ud83d", "\xF0\x9F\x98\x80",     "\xC3"};

std::string damaged(std::string text, Random& random) {
  for (std::size_t changes = 1 + below(random, 4); changes > 0; --changes) {
    const std::size_t at = below(random, text.size());
    switch (below(random, 6)) {
      case 0:
        if (!text.empty()) text[at] = static_cast<char>(random() & 0xFFU);
        break;
      case 1: text.erase(at, 1 + below(random, 16)); break;
      case 2: text.insert(at, text.substr(below(random, text.size()), 1 + below(random, 64))); break;
      case 3: text.insert(at, kPieces[below(random, kPieces.size())]); break;
      case 4: text.replace(at, std::min<std::size_t>(1, text.size()), kPieces[below(random, kPieces.size())]); break;
      default:
        if (below(random, 4) == 0) text.resize(at);
    }
  }
  return text;
}

void run(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

int write_examples(const std::string& folder) {
  std::size_t number = 0;
  for (const std::string& example : sessioncore::fuzz::examples()) {
    std::ofstream file(folder + "/" + std::to_string(++number), std::ios::binary);
    if (!(file << example)) return std::fprintf(stderr, "cannot write into %s\n", folder.c_str()), 1;
  }
  return 0;
}

int run_all(std::size_t rounds) {
  using sessioncore::fuzz::understood;
  const std::vector<std::string> examples = sessioncore::fuzz::examples();
  for (const std::string& example : examples) {
    const std::size_t before = understood;
    run(example);
    if (understood == before) return std::fprintf(stderr, "an example is not understood:\n%s\n", example.c_str()), 1;
    for (std::size_t length = 0; length < example.size(); length += 1 + example.size() / 64)
      run(example.substr(0, length));
  }
  understood = 0;
  Random random(20260518);
  for (std::size_t round = 0; round < rounds; ++round) run(damaged(examples[round % examples.size()], random));
  std::printf("%zu damaged inputs, %zu understood\n", rounds, understood);
  return understood * 100 < rounds ? (std::fprintf(stderr, "too few: the damage is too great to test anything\n"), 1)
                                   : 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() == 2 && arguments[0] == "--examples") return write_examples(arguments[1]);
  return run_all(arguments.empty() ? 20'000 : std::strtoull(arguments[0].c_str(), nullptr, 10));
}
