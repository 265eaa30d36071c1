// libFuzzer entry: every codec of the adapter that reads bytes from outside. Start it with the fixtures as corpus.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <sessioncore/unipile/phone.hpp>
#include <sessioncore/unipile/rest.hpp>
#include <sessioncore/unipile/webhook.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace unipile = sessioncore::unipile;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  (void)unipile::parse_webhook(body);
  (void)unipile::parse_message_list(body);
  (void)unipile::normalise_phone(body);
  for (const int status : {201, 401, 500}) {
    (void)unipile::read_send_reply(1, {unipile::Exchange::End::complete, status, std::string(body), {}});
  }
  return 0;
}
