/// The lines of an export, sorted by chat in a temporary file, so that memory holds one chat at a time.
///
/// The file is SQLite's own temporary one: it lies in TMPDIR and is gone with the object.
/// Thread rule: one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <sessioncore/instant.hpp>

namespace sessioncore::server::importing {

enum class Kind { chat, session, message };

struct StagedLine {
  std::string id;
  std::uint64_t number = 0;  ///< in its file
  std::string text;
};

class Staging {
 public:
  Staging();
  ~Staging();
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;

  void add(Kind kind, const std::string& chat, Instant at, const std::string& id, std::uint64_t number,
           const std::string& text);
  /// To be called once, after the last `add`.
  void sort();

  /// Every chat line, by id; of lines with one id the first one of the file first.
  void each_chat(const std::function<void(const StagedLine&)>& visit);
  /// The lines of one chat: by time, then by id (S4.3).
  void each_of(Kind kind, const std::string& chat, const std::function<void(const StagedLine&)>& visit);
  [[nodiscard]] std::uint64_t count_of(Kind kind, const std::string& chat);
  /// Sessions or messages whose chat is not among the chat lines.
  void each_orphan(Kind kind, const std::function<void(const StagedLine&)>& visit);

  /// False if this name was taken before.
  [[nodiscard]] bool claim(const std::string& name);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sessioncore::server::importing
