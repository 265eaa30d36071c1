// A fuzz target: a program that is given any bytes and must neither crash nor break what it requires of the answer.
// With clang and SESSIONCORE_FUZZERS it is a libFuzzer program; otherwise bounded.cpp runs it a fixed number of times.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace sessioncore::fuzz {

// Inputs that are understood: what the bounded run damages, and a corpus to begin with.
[[nodiscard]] std::vector<std::string> examples();

// How many inputs were understood. All or none of them would say that the run tests one half only.
inline std::size_t understood = 0;

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "fuzz: %s\n", what);
  std::abort();
}

}  // namespace sessioncore::fuzz
