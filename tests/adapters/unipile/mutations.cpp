// A bounded, repeatable relative of the fuzzer: broken payloads give a value or an error, never a crash.
#include "fixture.hpp"

#include <array>
#include <random>
#include <vector>

#include <doctest/doctest.h>

#include <sessioncore/unipile/rest.hpp>

using namespace sessioncore::unipile;
using namespace sessioncore::unipile::tests;

namespace {

constexpr std::array kSeeds = {"received_lid", "echo", "media_old_names", "edited", "account_status", "message_list"};

std::string mutated(std::string text, std::mt19937& random) {
  const auto pick = [&random](std::size_t below) { return static_cast<std::size_t>(random() % below); };
  for (std::size_t changes = 1 + pick(4); changes > 0 && !text.empty(); --changes) {
    const auto at = pick(text.size());
    switch (pick(6)) {
      case 0: text[at] = static_cast<char>(random() & 0xFFU); break;
      case 1: text.erase(at, 1 + pick(16)); break;
      case 2: text.insert(at, text.substr(pick(text.size()), 1 + pick(64))); break;
      case 3: text.insert(at, 1, "{}[]\",:\\0-"[pick(10)]); break;
      case 4: text.resize(at); break;
      default: text.replace(at, 1, std::array{"null", "1e308", "[[[[", "\xF0\x9F\x98\x80", "\"\":"}[pick(5)]);
    }
  }
  return text;
}

}  // namespace

TEST_CASE("mutated payloads always give a result") {
  std::mt19937 random(20260518);
  std::vector<std::string> seeds;
  for (const auto* name : kSeeds) seeds.push_back(fixture_json(name).dump());
  int accepted = 0;
  int refused = 0;
  for (int round = 0; round < 20000; ++round) {
    const auto body = mutated(seeds[static_cast<std::size_t>(round) % seeds.size()], random);
    const auto webhook = parse_webhook(body);
    webhook ? ++accepted : ++refused;
    if (!webhook) {
      REQUIRE(!webhook.error().detail.empty());
      REQUIRE(webhook.error().detail.size() < 200);
    }
    // The list's seed and some of the others: the rest would only be refused at once.
    if (round % 6 < 5 && round % 10 != 0) continue;
    (void)parse_message_list(body);
    (void)read_send_reply({1, 1}, {Exchange::End::complete, 201, body, {}});
    (void)read_send_reply({1, 1}, {Exchange::End::complete, 401, body, {}});
  }
  // Both ways are taken often, or the mutations test nothing.
  CHECK(accepted > 500);
  CHECK(refused > 5000);
}
