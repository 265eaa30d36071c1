/// Programmer errors: broken duties of the caller or of the library itself. Checked in all builds.
///
/// The default handler prints the reason and aborts. A host that must not abort (a language binding) installs its own,
/// which may throw; after that the object in use must be thrown away. Thread rule: set the handler before using the
/// library; a handler is called in the thread that broke the rule.
#pragma once

namespace sessioncore {

using AssertHandler = void (*)(const char* what, const char* file, int line);

/// Returns the former handler; null restores the default.
AssertHandler set_assert_handler(AssertHandler handler);

namespace detail {
void assert_failed(const char* what, const char* file, int line);
}

}  // namespace sessioncore

#define SESSIONCORE_ASSERT(condition, what) \
  ((condition) ? static_cast<void>(0) : ::sessioncore::detail::assert_failed(what, __FILE__, __LINE__))
