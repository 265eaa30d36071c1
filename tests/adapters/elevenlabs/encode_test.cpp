#include "codec/encode.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace sessioncore::elevenlabs;
using nlohmann::json;

TEST_CASE("the initiation sends no override unless asked") {
  const auto frame = json::parse(encode_initiation({}));
  CHECK(frame.at("type") == "conversation_initiation_client_data");
  CHECK(frame.at("source_info").at("source") == "sessioncore");
  CHECK(frame.at("source_info").at("version").get<std::string>().find('.') != std::string::npos);
  for (const auto* key : {"conversation_config_override", "dynamic_variables", "user_id"})
    CHECK_FALSE(frame.contains(key));
}

TEST_CASE("the initiation carries exactly what was asked for") {
  Initiation initiation;
  initiation.text_only_override = true;
  initiation.first_message = "";
  initiation.language = "tr";
  initiation.user_id = "chat-42";
  initiation.dynamic_variables = {{"contact_name", "Ayse"}};
  const auto frame = json::parse(encode_initiation(initiation));
  CHECK(frame.at("conversation_config_override") ==
        json::parse(R"({"conversation":{"text_only":true},"agent":{"first_message":"","language":"tr"}})"));
  CHECK(frame.at("dynamic_variables") == json::parse(R"({"contact_name":"Ayse"})"));
  CHECK(frame.at("user_id") == "chat-42");
}

TEST_CASE("the other frames have the fields of the service's contract") {
  CHECK(json::parse(encode_context("Patient: hello")) ==
        json::parse(R"({"type":"contextual_update","context_id":"history","text":"Patient: hello"})"));
  CHECK(json::parse(encode_question("open \"tomorrow\"?\n")) ==
        json({{"type", "user_message"}, {"text", "open \"tomorrow\"?\n"}}));
  CHECK(json::parse(encode_pong(7)) == json::parse(R"({"type":"pong","event_id":7})"));
  CHECK(json::parse(encode_activity()) == json::parse(R"({"type":"user_activity"})"));
}

TEST_CASE("a tool result is a string and says whether it is an error") {
  const auto good = json::parse(encode_tool_result("tc_1", true));
  CHECK(good == json::parse(R"({"type":"client_tool_result","tool_call_id":"tc_1","result":"ok","is_error":false})"));
  const auto bad = json::parse(encode_tool_result("tc_1", false));
  CHECK(bad.at("is_error") == true);
  CHECK(bad.at("result").is_string());
  CHECK_FALSE(bad.at("result").get<std::string>().empty());
}

TEST_CASE("text that is not UTF-8 is repaired") {
  const auto frame = json::parse(encode_question("caf\xe9"));
  CHECK(frame.at("text") == "caf\xef\xbf\xbd");
}
