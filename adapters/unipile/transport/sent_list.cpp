#include "sent_list.hpp"

#include "../codec/message.hpp"
#include "../codec/timestamp.hpp"
#include "path_segment.hpp"

#include <algorithm>

namespace sessioncore::unipile::transport {
namespace {

constexpr int kPagesMax = 5;
constexpr Duration kClockTolerance{2000};  // WhatsApp's times are whole seconds, and the two clocks differ a little

void keep_own(MessageList page, const std::string& chat_id, Instant from, std::vector<SelfMessage>& into) {
  for (auto& listed : page.messages) {
    auto* own = std::get_if<SelfMessage>(&listed.message);
    if (own == nullptr || listed.chat_id != chat_id || own->provider_time < from) continue;
    // One that was deleted afterwards went out nevertheless; without its text nobody can tell which it was.
    if (!codec::has_content(*own)) continue;
    into.push_back(std::move(*own));
  }
}

}  // namespace

SentList list_sent(const Perform& perform, const std::string& chat_id, Instant since) {
  const auto from = since - kClockTolerance;
  const auto path = "/api/v1/chats/" + percent_encode(chat_id) + "/messages?limit=100";
  // `after` leaves out the instant itself.
  const auto after = codec::format_timestamp(from - Duration(1));
  auto query = "&after=" + percent_encode(after);
  SentList result;
  for (int page = 0; page < kPagesMax && !query.empty(); ++page) {
    HttpRequest request;
    request.path = path + query;
    const auto exchange = perform(request);
    if (exchange.end != Exchange::End::complete || exchange.status != 200) {
      result.problem = describe_failure(exchange);
      break;
    }
    auto list = parse_message_list(exchange.body);
    if (!list) {
      result.problem = list.error().detail;
      break;
    }
    query = list->cursor.empty() ? std::string() : "&cursor=" + percent_encode(list->cursor);
    if (!list->unreadable.empty()) result.problem = list->unreadable.front();
    keep_own(std::move(*list), chat_id, from, result.messages);
  }
  // Newest first in the answers: turned round before sorting, equal times keep their order.
  std::reverse(result.messages.begin(), result.messages.end());
  std::stable_sort(result.messages.begin(), result.messages.end(),
                   [](const auto& a, const auto& b) { return a.provider_time < b.provider_time; });
  return result;
}

}  // namespace sessioncore::unipile::transport
