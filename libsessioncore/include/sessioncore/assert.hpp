/// Programmer errors: broken duties of the caller or of the library itself. Checked in all builds.
///
/// The default handler prints the reason. A handler that returns ends the process: nothing behind a broken duty can be
/// relied on. A host that must not end (a language binding) installs its own, which throws; after that the object in
/// use must be thrown away. Thread rule: set the handler before using the library; a handler is called in the thread
/// that broke the rule.
#pragma once

namespace sessioncore {

using AssertHandler = void (*)(const char* what, const char* file, int line);

/// Returns the former handler; null restores the default.
AssertHandler set_assert_handler(AssertHandler handler);

namespace detail {
[[noreturn]] void assert_failed(const char* what, const char* file, int line);
}

}  // namespace sessioncore

#define SESSIONCORE_ASSERT(condition, what) \
  ((condition) ? static_cast<void>(0) : ::sessioncore::detail::assert_failed(what, __FILE__, __LINE__))
