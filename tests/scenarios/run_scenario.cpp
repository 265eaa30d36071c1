// Runs script files and compares what comes out with what they hold; with REWRITE=1 stores it instead.
#include "support/golden.hpp"

#include <iostream>

#include <sessioncore/testing/scenario.hpp>

using namespace sessioncore;

namespace {

bool run(const std::string& file) {
  const std::string held = test_support::read_text(file);
  if (held.empty()) {
    std::cout << file << ": is empty, or cannot be read\n";
    return false;
  }
  const auto now = testing::run_script(held);
  if (!now) {
    std::cout << file << ": " << now.error().detail << "\n";
    return false;
  }
  const std::string difference = test_support::compare_with_file(file, *now);
  if (!difference.empty()) std::cout << difference << "\n\nThe whole output is now:\n\n" << *now;
  return difference.empty();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cout << "usage: run_scenario SCRIPT...\n";
    return 2;
  }
  int failed = 0;
  for (int n = 1; n < argc; ++n) failed += run(argv[n]) ? 0 : 1;
  return failed == 0 ? 0 : 1;
}
