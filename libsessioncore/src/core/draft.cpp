#include "core/draft.hpp"

namespace sessioncore::detail {

void Draft::notify(Notice notice, std::string_view detail) {
  effect(Notify{notice, std::string(detail)});
}

}  // namespace sessioncore::detail
