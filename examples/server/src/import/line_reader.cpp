#include "import/line_reader.hpp"

#include "import/fields.hpp"
#include "import/lines.hpp"

#include <filesystem>

namespace sessioncore::server::importing {

std::string name_of(const std::string& path) {
  return std::filesystem::path(path).filename().string();
}

void LineReader::each(Subject subject, const std::string& path,
                      const std::function<void(const std::string&, std::uint64_t)>& take) {
  if (path.empty()) return;
  const std::string name = name_of(path);
  Lines lines(path);
  std::string line;
  for (;;) {
    const Lines::Found found = lines.next(line);
    if (found == Lines::Found::end) break;
    ++report_.of(subject).read;
    progress_.at(name + ": line", lines.number());
    if (found == Lines::Found::too_long) {
      report_.bad(subject, {name, lines.number(), "expected at most " + std::to_string(kLineBytesMax) + " bytes"});
      continue;
    }
    try {
      take(line, lines.number());
    } catch (const BadField& bad) {
      report_.bad(subject, {name, lines.number(), bad.what()});
    }
  }
  progress_.end_of(name + ": " + std::to_string(report_.of(subject).read) + " lines read");
}

}  // namespace sessioncore::server::importing
