/// Random numbers for the masks of frames, asked from OpenSSL by the page.
///
/// The WebSocket library's own source asks the kernel for each frame, which costs more than the rest of a send.
/// Thread rule: one thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>

#include <openssl/rand.h>

namespace sessioncore::elevenlabs {

class RandomPool {
 public:
  std::uint32_t operator()() {
    if (next_ == words_.size()) refill();
    return words_[next_++];
  }

 private:
  void refill() {
    auto* bytes = reinterpret_cast<unsigned char*>(words_.data());
    if (RAND_bytes(bytes, static_cast<int>(sizeof words_)) != 1) throw std::runtime_error("no random numbers");
    next_ = 0;
  }

  std::array<std::uint32_t, 256> words_{};
  std::size_t next_ = 256;
};

}  // namespace sessioncore::elevenlabs
