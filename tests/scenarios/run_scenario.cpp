// Runs script files and compares what comes out with what they hold; with REWRITE=1 stores it instead.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include <sessioncore/testing/scenario.hpp>

namespace {

// The first line in which two texts differ, for people.
void show_difference(const char* file, const std::string& held, const std::string& now) {
  std::istringstream held_lines(held);
  std::istringstream now_lines(now);
  std::string held_line;
  std::string now_line;
  for (int number = 1;; ++number) {
    const bool more_held = static_cast<bool>(std::getline(held_lines, held_line));
    const bool more_now = static_cast<bool>(std::getline(now_lines, now_line));
    if (more_held && more_now && held_line == now_line) continue;
    if (!more_held && !more_now) break;  // they differ in the last line's end only
    std::cout << file << ":" << number << ":\n- " << (more_held ? held_line : "(end)") << "\n+ "
              << (more_now ? now_line : "(end)") << "\n";
    break;
  }
  std::cout << "\nThe whole output is now:\n\n" << now << "\nIf it is right: REWRITE=1 and the same command.\n";
}

bool run(const char* file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    std::cout << file << ": cannot be read\n";
    return false;
  }
  std::ostringstream content;
  content << in.rdbuf();
  const std::string held = content.str();
  const auto now = sessioncore::testing::run_script(held);
  if (!now) {
    std::cout << file << ": " << now.error().detail << "\n";
    return false;
  }
  if (*now == held) return true;
  if (std::getenv("REWRITE") == nullptr) {
    show_difference(file, held, *now);
    return false;
  }
  std::ofstream out(file, std::ios::binary);
  out << *now;
  return static_cast<bool>(out.flush());
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
