#include "cli/password_input.hpp"

#include "config/config.hpp"
#include "config/people.hpp"

#include <cstdio>
#include <fstream>
#include <iostream>

#include <termios.h>
#include <unistd.h>

namespace sessioncore::server::cli {

namespace {

constexpr std::size_t kPasswordMin = 8;

/// What is typed is not shown as long as this lives.
class Unseen {
 public:
  Unseen() : changed_(::tcgetattr(STDIN_FILENO, &before_) == 0) {
    if (!changed_) return;
    termios hidden = before_;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
  }
  ~Unseen() {
    if (changed_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;

 private:
  termios before_{};
  bool changed_;
};

std::string first_line(std::istream& in) {
  std::string line;
  std::getline(in, line);
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return line;
}

std::string ask(const char* question) {
  std::fputs(question, stderr);
  const Unseen unseen;
  std::string answer = first_line(std::cin);
  std::fputs("\n", stderr);
  return answer;
}

std::string read(const std::string& file) {
  if (!file.empty()) {
    std::ifstream in(file, std::ios::binary);
    if (!in) throw ConfigError("--password-file: cannot read " + file);
    return first_line(in);
  }
  if (::isatty(STDIN_FILENO) == 0) return first_line(std::cin);
  std::string password = ask("New password: ");
  if (ask("The same again: ") != password) throw ConfigError("password: the two are not the same");
  return password;
}

}  // namespace

std::string read_new_password(const std::string& file) {
  std::string password = read(file);
  if (password.size() < kPasswordMin) throw ConfigError("password: expected at least 8 bytes");
  if (password.size() > kPasswordMax) throw ConfigError("password: longer than 1024 bytes");
  return password;
}

}  // namespace sessioncore::server::cli
