#include "codec/classify.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace sessioncore;
using namespace sessioncore::elevenlabs;

namespace doctest {
template <>
struct StringMaker<LinkLoss> {
  static String convert(LinkLoss loss) {
    static constexpr const char* kNames[] = {"clean", "failed", "refused", "busy"};
    return kNames[static_cast<int>(loss)];
  }
};
}  // namespace doctest

TEST_CASE("close codes") {
  CHECK(classify_close(1000, "") == LinkLoss::clean);
  CHECK(classify_close(1000, "max_duration_exceeded") == LinkLoss::clean);
  for (const int code : {1001, 1002, 1003, 1005, 1006, 1007, 1009, 1011, 1012, 1013, 3000, 4000, 0}) {
    CAPTURE(code);
    CHECK(classify_close(code, "") == LinkLoss::failed);
  }
  CHECK(classify_close(1008, "") == LinkLoss::refused);
  CHECK(classify_close(3008, "") == LinkLoss::busy);
}

TEST_CASE("the error event before a close says more than the code") {
  for (const auto* type : {"override_error", "missing_dynamic_variable", "invalid_message", "missing_fields"}) {
    CAPTURE(type);
    CHECK(classify_close(1008, type) == LinkLoss::refused);
    CHECK(classify_close(1006, type) == LinkLoss::refused);
    CHECK(classify_close(1000, type) == LinkLoss::refused);
  }
  CHECK(classify_close(1002, "llm_timeout") == LinkLoss::failed);
  CHECK(classify_close(1002, "transport_receive_timeout") == LinkLoss::failed);
}

TEST_CASE("statuses of the signed URL") {
  for (const int status : {400, 401, 403, 404, 422}) CHECK(classify_signed_url_status(status) == LinkLoss::refused);
  CHECK(classify_signed_url_status(429) == LinkLoss::busy);
  for (const int status : {204, 302, 408, 500, 502, 503, 504}) {
    CHECK(classify_signed_url_status(status) == LinkLoss::failed);
  }
}

TEST_CASE("statuses of the handshake") {
  for (const int status : {401, 403, 404}) CHECK(classify_handshake_status(status) == LinkLoss::refused);
  CHECK(classify_handshake_status(429) == LinkLoss::busy);
  for (const int status : {0, 200, 302, 400, 500, 503}) CHECK(classify_handshake_status(status) == LinkLoss::failed);
}
