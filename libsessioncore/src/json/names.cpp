// Every switch lists all enumerators, so that adding one without a name does not compile.
#include "json/names.hpp"

namespace sessioncore::json::detail {

std::string_view to_string(TurnStage value) {
  switch (value) {
    case TurnStage::unasked: return "unasked";
    case TurnStage::asked: return "asked";
  }
  return "";
}

std::string_view to_string(LinkStage value) {
  switch (value) {
    case LinkStage::closed: return "closed";
    case LinkStage::opening: return "opening";
    case LinkStage::ready: return "ready";
    case LinkStage::backing_off: return "backing_off";
  }
  return "";
}

std::string_view to_string(SendStage value) {
  switch (value) {
    case SendStage::queued: return "queued";
    case SendStage::performing: return "performing";
    case SendStage::backing_off: return "backing_off";
    case SendStage::held: return "held";
    case SendStage::ambiguous: return "ambiguous";
    case SendStage::unconfirmed: return "unconfirmed";
  }
  return "";
}

std::string_view to_string(ReportedDelivery value) {
  switch (value) {
    case ReportedDelivery::delivered: return "delivered";
    case ReportedDelivery::read: return "read";
  }
  return "";
}

std::string_view to_string(LinkLoss value) {
  switch (value) {
    case LinkLoss::clean: return "clean";
    case LinkLoss::failed: return "failed";
    case LinkLoss::refused: return "refused";
    case LinkLoss::busy: return "busy";
  }
  return "";
}

std::string_view to_string(SendFailure value) {
  switch (value) {
    case SendFailure::retryable: return "retryable";
    case SendFailure::permanent: return "permanent";
    case SendFailure::disconnected: return "disconnected";
    case SendFailure::ambiguous: return "ambiguous";
    case SendFailure::withdrawn: return "withdrawn";
  }
  return "";
}

std::string_view to_string(AmbiguousSend value) {
  switch (value) {
    case AmbiguousSend::resend: return "resend";
    case AmbiguousSend::drop: return "drop";
    case AmbiguousSend::ask_operator: return "ask_operator";
  }
  return "";
}

}  // namespace sessioncore::json::detail
