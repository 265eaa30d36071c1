// Every codec of the Unipile adapter: webhooks, lists, and the answers to what we ask.
#include "codec/account.hpp"
#include "codec/timestamp.hpp"
#include "target.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <sessioncore/unipile/history.hpp>
#include <sessioncore/unipile/phone.hpp>
#include <sessioncore/unipile/rest.hpp>
#include <sessioncore/unipile/webhook.hpp>

using namespace sessioncore;
using fuzz::require;

namespace {

template <class Value>
void look_at(const Result<Value>& read) {
  if (read) {
    ++fuzz::understood;
  } else {
    require(!read.error().detail.empty() && read.error().detail.size() < 200, "refused without a short reason");
  }
}

void look_at_sends(std::string_view body) {
  for (const int status : {201, 401, 422, 500}) {
    const Event told =
        unipile::read_send_reply({1, 1}, {unipile::Exchange::End::complete, status, std::string(body), {}});
    require(status == 201 || std::holds_alternative<SendFailed>(told), "a failed request is no sent text");
  }
}

}  // namespace

std::vector<std::string> fuzz::examples() {
  std::vector<std::string> texts;
  for (const auto& entry : std::filesystem::directory_iterator(FIXTURES)) {
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    texts.push_back(text.str());
  }
  texts.insert(
      texts.end(),
      {R"({"object":"Chat","id":"c1","type":0,"name":"Ayşe","attendee_public_identifier":"905320000001@s.whatsapp.net"})",
       R"({"object":"AttendeeList","items":[{"id":"a1","name":"Ayşe","provider_id":"1@lid","is_self":0}],"cursor":null})",
       R"({"object":"Account","id":"acc","name":"+90 212 000 00 01","sources":[{"id":"s","status":"OK"}]})",
       R"({"object":"Checkpoint","account_id":"acc","checkpoint":{"type":"QRCODE","qrcode":"2@abc"}})",
       R"({"object":"WebhookList","items":[{"id":"w1","source":"messaging","request_url":"https://example.com"}]})"});
  std::sort(texts.begin(), texts.end());  // the file system has an order of its own
  return texts;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body = fuzz::text_of(data, size);
  look_at(unipile::parse_webhook(body));
  look_at(unipile::parse_message_list(body));
  auto chat = unipile::parse_chat(body);
  look_at(chat);
  unipile::ListedChat known = chat ? *chat : unipile::ListedChat{};
  look_at(unipile::add_attendees(body, known));
  look_at(unipile::codec::read_connect(body));
  look_at(unipile::codec::read_account(body));
  look_at(unipile::codec::read_webhook_id(body));
  look_at(unipile::codec::read_webhook_list(body));
  look_at_sends(body);
  static_cast<void>(unipile::normalise_phone(body));
  static_cast<void>(unipile::codec::parse_timestamp(body));
  return 0;
}
