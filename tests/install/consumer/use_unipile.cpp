// An adapter, with what it links behind its headers.
#include <iostream>

#include <sessioncore/unipile/channel.hpp>
#include <sessioncore/unipile/phone.hpp>

int main() {
  const auto phone = sessioncore::unipile::normalise_phone("0049 (151) 234-5678");
  if (phone != "+491512345678") return 1;
  sessioncore::unipile::UnipileClient client({}, [](const sessioncore::ChatId&, const sessioncore::Event&) {});
  client.stop();
  std::cout << phone << "\n";
}
