/// Why a link was lost, from what the service and the network tell. Facts only: what follows from a loss is the core's
/// decision. Pure.
#pragma once

#include <string_view>

#include <sessioncore/core/event.hpp>

namespace sessioncore::elevenlabs {

/// A WebSocket that was not closed by us. `code` as in RFC 6455, 1006 for a connection that just ended;
/// `last_error_type` from the last error event, or empty. The service uses 1000 also for its own idle timeout and for
/// the longest duration.
[[nodiscard]] LinkLoss classify_close(int code, std::string_view last_error_type);

/// An HTTP status other than 200 to the request for a signed URL.
[[nodiscard]] LinkLoss classify_signed_url_status(int status);

/// An HTTP status other than 101 to the WebSocket handshake; 0 if there was none.
[[nodiscard]] LinkLoss classify_handshake_status(int status);

}  // namespace sessioncore::elevenlabs
