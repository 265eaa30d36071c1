#include "random_ids.hpp"

#include <array>

#include <sodium.h>

namespace sessioncore::server {

namespace {

template <std::size_t Bytes>
std::string random_hex() {
  std::array<unsigned char, Bytes> bytes{};
  std::array<char, 2 * Bytes + 1> text{};
  randombytes_buf(bytes.data(), bytes.size());
  return sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
}

}  // namespace

ChatId random_chat_id() {
  return ChatId(random_hex<12>());
}

std::string random_run() {
  return random_hex<8>();
}

}  // namespace sessioncore::server
