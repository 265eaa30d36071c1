// For tests of broken duties: they must be told, and the test goes on.
#pragma once

#include <stdexcept>

#include <sessioncore/assert.hpp>

namespace sessioncore::test_support {

// While one of these exists, a broken duty throws.
struct DutiesThrow {
  static void complain(const char* what, const char*, int) { throw std::logic_error(what); }
  AssertHandler former = set_assert_handler(complain);
  DutiesThrow() = default;
  ~DutiesThrow() { set_assert_handler(former); }
  DutiesThrow(const DutiesThrow&) = delete;
  DutiesThrow& operator=(const DutiesThrow&) = delete;
};

}  // namespace sessioncore::test_support
