// What the message webhooks mean: who the contact is, which event it is, what is left out.
#include "fixture.hpp"

#include <doctest/doctest.h>

using namespace sessioncore;
using namespace sessioncore::unipile;
using namespace sessioncore::unipile::tests;

TEST_CASE("contact message: a contact behind a privacy id keeps name and number") {
  const auto webhook = parsed<MessageWebhook>(fixture("received_lid"));
  CHECK(webhook.account_id == "acc_clinic");
  CHECK(webhook.chat_id == "chat_ayse");
  CHECK(webhook.contact_name == "Ayşe Yılmaz");
  CHECK(webhook.contact_phone == "+905550001122");
  const auto message = event_of<ContactMessage>(webhook);
  CHECK(message.provider_id.value == "msg_in_1");
  CHECK(message.text == "Yarın için randevu alabilir miyim?");
  CHECK(message.kind == MessageKind::text);
  CHECK(message.attachments.empty());
  CHECK(message.sender_name == "Ayşe Yılmaz");
  CHECK(message.provider_time.ms == 1779133452345);
}

TEST_CASE("contact message: the classic id holds the number") {
  const auto webhook = parsed<MessageWebhook>(fixture("received_classic"));
  CHECK(webhook.contact_phone == "+905550003344");
  CHECK(webhook.contact_name == "Mehmet");
}

TEST_CASE("contact message: a hidden number leaves a valid contact without phone") {
  const auto webhook = parsed<MessageWebhook>(fixture("received_hidden_phone"));
  CHECK(webhook.contact_phone.empty());
  CHECK(webhook.contact_name == "Deniz");
  CHECK(webhook.chat_id == "chat_hidden");
  CHECK(event_of<ContactMessage>(webhook).text == "Kimse var mı?");
}

TEST_CASE("contact message: the smallest documented payload is enough") {
  const auto webhook = parsed<MessageWebhook>(fixture("received_minimal"));
  CHECK(webhook.contact_phone == "+905550005566");
  CHECK(event_of<ContactMessage>(webhook).provider_time.ms == 1779133452000);
}

TEST_CASE("contact message: without a sender the attendee who is not the account is the contact") {
  auto body = fixture_json("echo");
  body["is_sender"] = false;
  body["sender"] = nullptr;
  const auto webhook = parsed<MessageWebhook>(body.dump());
  CHECK(webhook.contact_name == "Ayşe Yılmaz");
  CHECK(event_of<ContactMessage>(webhook).sender_name == "Ayşe Yılmaz");
}

TEST_CASE("phone: a privacy id never passes for a number") {
  auto body = fixture_json("received_hidden_phone");
  body["sender"]["attendee_specifics"] = nullptr;
  SUBCASE("with its suffix") {
    body["sender"]["attendee_provider_id"] = "199900000000077@lid";
  }
  SUBCASE("bare, with as many digits as a number") {
    body["sender"]["attendee_provider_id"] = "199900000000077";
    body["sender"]["attendee_public_identifier"] = "199900000000077";
  }
  CHECK(parsed<MessageWebhook>(body.dump()).contact_phone.empty());
}

TEST_CASE("phone: the order of trust") {
  auto body = fixture_json("received_lid");
  auto& sender = body["sender"];
  sender["attendee_provider_id"] = "905550000003@s.whatsapp.net";
  sender["attendee_public_identifier"] = "905550000002@s.whatsapp.net";
  sender["attendee_specifics"]["phone_number"] = "+90 555 000-0001";
  CHECK(parsed<MessageWebhook>(body.dump()).contact_phone == "+905550000001");
  sender["attendee_specifics"]["phone_number"] = "hidden";
  CHECK(parsed<MessageWebhook>(body.dump()).contact_phone == "+905550000002");
  sender.erase("attendee_public_identifier");
  CHECK(parsed<MessageWebhook>(body.dump()).contact_phone == "+905550000003");
  sender["attendee_provider_id"] = "199900000000042@lid";
  CHECK(parsed<MessageWebhook>(body.dump()).contact_phone.empty());
  body["provider_chat_id"] = "905550000004@s.whatsapp.net";
  CHECK(parsed<MessageWebhook>(body.dump()).contact_phone == "+905550000004");
}

TEST_CASE("self message: the contact is the attendee who is not the account") {
  for (const auto* name : {"echo", "echo_without_is_sender", "echo_contact_as_sender"}) {
    CAPTURE(name);
    const auto webhook = parsed<MessageWebhook>(fixture(name));
    CHECK(webhook.contact_name == "Ayşe Yılmaz");
    CHECK(webhook.contact_phone == "+905550001122");
    CHECK(event_of<SelfMessage>(webhook).text.rfind("Elbette", 0) == 0);
  }
  CHECK(event_of<SelfMessage>(parsed<MessageWebhook>(fixture("echo"))).sender_name == "Example Clinic");
}

TEST_CASE("self message: with nobody listed the chat's own id tells the number") {
  const auto webhook = parsed<MessageWebhook>(fixture("echo_no_attendees"));
  CHECK(webhook.contact_phone == "+905550001122");
  CHECK(webhook.contact_name.empty());
  CHECK(event_of<SelfMessage>(webhook).provider_id.value == "msg_out_4");
}

TEST_CASE("self message: the account listed under a privacy id is not taken for the contact") {
  auto body = fixture_json("echo");
  for (auto* own : {&body["sender"], &body["attendees"][0]}) {
    (*own)["attendee_provider_id"] = "199900000000001@lid";
    (*own)["attendee_public_identifier"] = nullptr;
    (*own)["attendee_specifics"] = nullptr;
  }
  CHECK(parsed<MessageWebhook>(body.dump()).contact_name == "Ayşe Yılmaz");
}

TEST_CASE("is_sender: absent means comparing the sender with the account, by number or by id without device") {
  auto body = fixture_json("echo_without_is_sender");
  body["account_info"] = {{"user_id", "902120000001@s.whatsapp.net"}};
  event_of<SelfMessage>(parsed<MessageWebhook>(body.dump()));
  body["account_info"] = {{"phone_number", "90 212 000 00 01"}};
  event_of<SelfMessage>(parsed<MessageWebhook>(body.dump()));
  body["account_info"] = {{"phone_number", "+902120000009"}};
  event_of<ContactMessage>(parsed<MessageWebhook>(body.dump()));
  body.erase("account_info");
  event_of<ContactMessage>(parsed<MessageWebhook>(body.dump()));
}

TEST_CASE("flags: booleans and numbers mean the same") {
  auto body = fixture_json("echo");
  body["is_sender"] = 1;
  event_of<SelfMessage>(parsed<MessageWebhook>(body.dump()));
  body["is_sender"] = 0;
  event_of<ContactMessage>(parsed<MessageWebhook>(body.dump()));
  body["is_event"] = true;
  CHECK(parsed<Discarded>(body.dump()).why == DiscardReason::system_event);
}

TEST_CASE("other events share the message id and keep their own kind") {
  CHECK(event_of<DeliveryReport>(parsed<MessageWebhook>(fixture("read"))).delivery == ReportedDelivery::read);
  CHECK(event_of<DeliveryReport>(parsed<MessageWebhook>(fixture("delivered"))).delivery == ReportedDelivery::delivered);
  CHECK(event_of<DeliveryReport>(parsed<MessageWebhook>(fixture("read"))).provider_id.value == "msg_out_1");
  const auto edited = event_of<MessageEdited>(parsed<MessageWebhook>(fixture("edited")));
  CHECK(edited.provider_id.value == "msg_in_1");
  CHECK(edited.text == "Öbür gün için randevu alabilir miyim?");
  CHECK(event_of<MessageDeleted>(parsed<MessageWebhook>(fixture("deleted"))).provider_id.value == "msg_in_1");
}

TEST_CASE("discarded: each filter says why") {
  const std::pair<const char*, DiscardReason> cases[] = {
      {"group_flag", DiscardReason::group},           {"group_id", DiscardReason::group},
      {"group_attendees", DiscardReason::group},      {"reaction", DiscardReason::reaction},
      {"system_event", DiscardReason::system_event},  {"other_provider", DiscardReason::other_provider},
      {"unknown_event", DiscardReason::unknown_event}};
  for (const auto& example : cases) {
    CAPTURE(example.first);
    CHECK(to_string(parsed<Discarded>(fixture(example.first)).why) == to_string(example.second));
  }
}

TEST_CASE("discarded: neither text nor attachment, status updates, an edit without text") {
  auto body = fixture_json("received_lid");
  for (const auto& nothing : {nlohmann::json(nullptr), nlohmann::json(""), nlohmann::json(" \n\t\xC2\xA0\xE2\x80\x8B"),
                              nlohmann::json("\xC2\x85\xE1\x9A\x80\xEF\xB8\x8F")}) {
    body["message"] = nothing;
    CHECK(parsed<Discarded>(body.dump()).why == DiscardReason::no_content);
  }
  body.erase("message");
  CHECK(parsed<Discarded>(body.dump()).why == DiscardReason::no_content);
  body = fixture_json("received_lid");
  body["provider_chat_id"] = "status@broadcast";
  CHECK(parsed<Discarded>(body.dump()).why == DiscardReason::broadcast);
  body = fixture_json("edited");
  body["message"] = nullptr;
  CHECK(parsed<Discarded>(body.dump()).why == DiscardReason::no_content);
}

TEST_CASE("group test: two attendees are no group, however often they are listed") {
  auto body = fixture_json("echo");
  body["attendees"].push_back(body["attendees"][1]);
  body["attendees"][2]["attendee_provider_id"] = "905550001122@s.whatsapp.net";  // the same person by number
  event_of<SelfMessage>(parsed<MessageWebhook>(body.dump()));
}

TEST_CASE("attachments: kinds and descriptions in both naming styles") {
  const auto image = event_of<ContactMessage>(parsed<MessageWebhook>(fixture("media_only")));
  CHECK(image.text.empty());
  CHECK(image.kind == MessageKind::image);
  CHECK(nlohmann::json::parse(image.attachments) ==
        nlohmann::json::parse(R"([{"kind":"image","id":"a1","mimetype":"image/jpeg","size":48213}])"));
  const auto two = event_of<ContactMessage>(parsed<MessageWebhook>(fixture("media_old_names")));
  CHECK(two.text == "Tahlil sonucum");
  CHECK(two.kind == MessageKind::file);
  CHECK(
      nlohmann::json::parse(two.attachments) ==
      nlohmann::json::parse(R"([{"kind":"file","id":"a2","mimetype":"application/pdf","size":90210,"name":"sonuc.pdf"},
                                  {"kind":"video","id":"a3","mimetype":"video/mp4"}])"));
  const auto voice = event_of<ContactMessage>(parsed<MessageWebhook>(fixture("voice_note")));
  CHECK(voice.kind == MessageKind::audio);
  CHECK(nlohmann::json::parse(voice.attachments)[0]["voice_note"] == true);
  CHECK(event_of<ContactMessage>(parsed<MessageWebhook>(fixture("sticker"))).kind == MessageKind::sticker);
}

TEST_CASE("attachments: the kind of what is unknown comes from its MIME type") {
  auto body = fixture_json("media_only");
  auto& attachment = body["attachments"][0];
  const auto kind = [&] { return event_of<ContactMessage>(parsed<MessageWebhook>(body.dump())).kind; };
  attachment.erase("attachment_type");
  CHECK(kind() == MessageKind::image);
  attachment["attachment_mimetype"] = "application/zip";
  CHECK(kind() == MessageKind::file);
  attachment.erase("attachment_mimetype");
  CHECK(kind() == MessageKind::other);
  attachment["attachment_type"] = "linkedin_post";
  CHECK(kind() == MessageKind::other);
}

TEST_CASE("account status: nested, in the newer forms, with words of the future") {
  auto status = parsed<AccountStatusWebhook>(fixture("account_status"));
  CHECK(status.account_id == "acc_clinic");
  CHECK(status.status == AccountStatus::credentials);
  CHECK(connectivity(status.status) == Connectivity::disconnected);
  CHECK(parsed<AccountStatusWebhook>(fixture("account_status_newer")).status == AccountStatus::ok);
  CHECK(parsed<AccountStatusWebhook>(fixture("account_status_word")).status == AccountStatus::reconnected);
  auto body = fixture_json("account_status");
  body["AccountStatus"]["message"] = "HIBERNATING";
  CHECK(parsed<AccountStatusWebhook>(body.dump()).status == AccountStatus::other);
  body["AccountStatus"]["account_type"] = "MAIL";
  CHECK(parsed<Discarded>(body.dump()).why == DiscardReason::other_provider);
}

TEST_CASE("account status: each word is known and says whether messages can go out") {
  for (const auto* word : {"OK", "RECONNECTED"}) {
    CHECK(to_string(account_status(word)) == word);
    CHECK(connectivity(account_status(word)) == Connectivity::connected);
  }
  for (const auto* word : {"ERROR", "STOPPED", "CREDENTIALS", "PERMISSIONS", "DELETED"}) {
    CHECK(to_string(account_status(word)) == word);
    CHECK(connectivity(account_status(word)) == Connectivity::disconnected);
  }
  for (const auto* word : {"CONNECTING", "CREATION_SUCCESS", "SYNC_SUCCESS"}) {
    CHECK(to_string(account_status(word)) == word);
    CHECK(connectivity(account_status(word)) == Connectivity::unchanged);
  }
}

TEST_CASE("a missing timestamp is filled in by the caller") {
  auto body = fixture_json("received_lid");
  body["timestamp"] = nullptr;
  auto webhook = parsed<MessageWebhook>(body.dump());
  CHECK(event_of<ContactMessage>(webhook).provider_time.ms == 0);
  CHECK(fill_missing_time(webhook.event, Instant{42}));
  CHECK(event_of<ContactMessage>(webhook).provider_time.ms == 42);
  CHECK_FALSE(fill_missing_time(webhook.event, Instant{43}));
  CHECK(event_of<ContactMessage>(webhook).provider_time.ms == 42);
}
