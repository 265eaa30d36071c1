#include <cstdio>
#include <exception>

#include <sessioncore/assert.hpp>

namespace sessioncore {
namespace {

// GCOVR_EXCL_START: the process ends behind it, and the counters with it
void print(const char* what, const char* file, int line) {
  std::fprintf(stderr, "sessioncore: %s (%s:%d)\n", what, file, line);
}
// GCOVR_EXCL_STOP

AssertHandler current_handler = print;

}  // namespace

AssertHandler set_assert_handler(AssertHandler handler) {
  const AssertHandler former = current_handler;
  current_handler = handler != nullptr ? handler : print;
  return former;
}

void detail::assert_failed(const char* what, const char* file, int line) {
  current_handler(what, file, line);
  std::terminate();  // GCOVR_EXCL_LINE: as above
}

}  // namespace sessioncore
