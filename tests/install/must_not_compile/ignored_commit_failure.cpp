// error: nodiscard|unused-result
// A commit whose failure nobody looks at would answer the caller for nothing.
#include <sessioncore/engine/ports.hpp>

bool store(sessioncore::Store& store, std::span<const sessioncore::Commit> batch) {
#ifdef CORRECT
  return store.commit(batch).has_value();
#else
  store.commit(batch);
  return true;
#endif
}
