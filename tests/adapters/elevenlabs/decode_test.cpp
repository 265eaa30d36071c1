#include "codec/decode.hpp"

#include "recorded_frames.hpp"

#include <set>
#include <string>

#include <doctest/doctest.h>

using namespace sessioncore::elevenlabs;
using sessioncore::elevenlabs::testing::kRecorded;
using sessioncore::elevenlabs::testing::recorded;

namespace {

template <class T>
T decoded(std::string_view text) {
  const auto frame = decode(text);
  REQUIRE(std::holds_alternative<T>(frame));
  return std::get<T>(frame);
}

std::string fault(std::string_view text) {
  return decoded<Malformed>(text).why;
}

}  // namespace

TEST_CASE("metadata names the conversation") {
  CHECK(decoded<Ready>(recorded("metadata")).conversation_id == "conv_01");
}

TEST_CASE("metadata needs no audio formats") {
  CHECK(decoded<Ready>(R"({"type":"conversation_initiation_metadata",
    "conversation_initiation_metadata_event":{"conversation_id":"c"}})")
            .conversation_id == "c");
}

TEST_CASE("a reply is trimmed and keeps its event id") {
  const auto reply = decoded<Reply>(recorded("reply"));
  CHECK(reply.text == "We open at nine.");
  CHECK(reply.event_id == 3);
}

TEST_CASE("an event id may be a number, an integral float, a numeric string, null or absent") {
  const auto reply_with = [](const std::string& id) {
    return decoded<Reply>(R"({"type":"agent_response","agent_response_event":{"agent_response":"x")" + id + "}}")
        .event_id;
  };
  CHECK(reply_with(R"(,"event_id":12)") == 12);
  CHECK(reply_with(R"(,"event_id":12.0)") == 12);
  CHECK(reply_with(R"(,"event_id":"12")") == 12);
  CHECK(reply_with(R"(,"event_id":-1)") == -1);
  CHECK_FALSE(reply_with(R"(,"event_id":null)").has_value());
  CHECK_FALSE(reply_with("").has_value());
}

TEST_CASE("an event id that cannot be read costs no text") {
  for (const char* id : {R"("abc")", R"("")", "12.5", "true", "[1]", "{}", "1e30", R"("99999999999999999999")"}) {
    const auto reply = decoded<Reply>(
        std::string(R"({"type":"agent_response","agent_response_event":{"agent_response":"x","event_id":)") + id +
        "}}");
    CAPTURE(id);
    CHECK(reply.text == "x");
    CHECK_FALSE(reply.event_id.has_value());
  }
}

TEST_CASE("a reply of blanks is empty") {
  for (const char* blank : {R"( \n\t )", R"(\u00a0)", R"(\u200b)", R"( \ufeff )", R"(\u2028\u0000)"}) {
    CAPTURE(blank);
    CHECK(decoded<Reply>(R"({"type":"agent_response","agent_response_event":{"agent_response":")" + std::string(blank) +
                         "\"}}")
              .text.empty());
  }
  const auto shown =
      R"({"type":"agent_response","agent_response_event":{"agent_response":"\u00a0\u200f\u0645\u2028"}})";
  CHECK(decoded<Reply>(shown).text == "\u200f\u0645");
}

TEST_CASE("pings carry the number to answer with") {
  CHECK(decoded<Ping>(recorded("ping")).event_id == 7);
  CHECK(decoded<Ping>(recorded("ping without a measure")).event_id == 1);
  CHECK(decoded<Ping>(R"({"type":"ping","ping_event":{"event_id":"9"}})").event_id == 9);
}

TEST_CASE("a tool call keeps name, id and parameters") {
  const auto call = decoded<ToolCall>(recorded("tool call"));
  CHECK(call.name == "transfer_to_human");
  CHECK(call.call_id == "tc_1");
  CHECK(call.parameters == R"({"reason":"asks for a person"})");
  CHECK(decoded<ToolCall>(R"({"type":"client_tool_call","client_tool_call":{"tool_name":"t","tool_call_id":"c"}})")
            .parameters == "{}");
}

TEST_CASE("the agent's own end_call ends the conversation, its other tools do not") {
  decoded<AgentEnded>(recorded("end call"));
  decoded<AgentEnded>(recorded("end call in full"));
  CHECK(decoded<Info>(recorded("tool response")).type == "agent_tool_response");
  decoded<Info>(R"({"type":"agent_tool_response","agent_tool_response":{"tool_name":"end_call","is_error":true}})");
}

TEST_CASE("an error tells code and type, each optional") {
  const auto error = decoded<ServerError>(recorded("error"));
  CHECK(error.code == 1008);
  CHECK(error.type == "override_error");
  const auto bare = decoded<ServerError>(R"({"type":"error","error_event":{"reason":"busy"}})");
  CHECK(bare.code == 0);
  CHECK(bare.type.empty());
  const auto loud =
      decoded<ServerError>(R"({"type":"error","error_event":{"error_type":"a\nb)" + std::string(300, 'c') + R"("}})");
  CHECK(loud.type == "a?b" + std::string(61, 'c'));
}

TEST_CASE("the queue's state, parts and corrections are told apart") {
  CHECK(decoded<Queue>(recorded("queue")).status == "waiting");
  decoded<Part>(recorded("part"));
  decoded<Correction>(recorded("correction"));
}

TEST_CASE("nothing but a final reply yields text for the contact") {
  for (const auto& frame : kRecorded) {
    CAPTURE(frame.name);
    CHECK(std::holds_alternative<Reply>(decode(frame.text)) == (frame.name == "reply"));
    CHECK_FALSE(std::holds_alternative<Malformed>(decode(frame.text)));
  }
}

TEST_CASE("types that mean nothing to a text channel and types of tomorrow are information") {
  for (const auto* name : {"reasoning", "tentative reply", "interruption", "guardrail", "typing", "audio"}) {
    CAPTURE(name);
    CHECK(std::holds_alternative<Info>(decode(recorded(name))));
  }
  CHECK(decoded<Info>(R"({"type":"of_tomorrow","anything":[1,2]})").type == "of_tomorrow");
  CHECK(decoded<Info>("{\"type\":\"line\\nbreak\"}").type == "line?break");
  CHECK(decoded<Info>(R"({"type":")" + std::string(500, 'a') + R"("})").type.size() == 64);
}

TEST_CASE("a malformed frame names its field") {
  CHECK(fault("") == "not JSON");
  CHECK(fault("{") == "not JSON");
  CHECK(fault(R"({"type":"ping","ping_event":{"event_id":1e999}})") == "not JSON");
  CHECK(fault("[]") == "frame must be an object");
  CHECK(fault("{}") == "type is missing");
  CHECK(fault(R"({"type":7})") == "type must be a string");
  CHECK(fault(R"({"type":"ping"})") == "ping_event is missing");
  CHECK(fault(R"({"type":"ping","ping_event":[]})") == "ping_event must be an object");
  CHECK(fault(R"({"type":"ping","ping_event":{}})") == "ping_event.event_id is missing");
  CHECK(fault(R"({"type":"ping","ping_event":{"event_id":"7x"}})") == "ping_event.event_id must be an integer");
  CHECK(fault(R"({"type":"ping","ping_event":{"event_id":""}})") == "ping_event.event_id must be an integer");
  CHECK(fault(R"({"type":"ping","ping_event":{"event_id":7.5}})") == "ping_event.event_id must be an integer");
  CHECK(fault(R"({"type":"ping","ping_event":{"event_id":18446744073709551615}})") ==
        "ping_event.event_id must be an integer");
  CHECK(fault(R"({"type":"agent_response","agent_response_event":{}})") ==
        "agent_response_event.agent_response is missing");
  CHECK(fault(R"({"type":"agent_response","agent_response_event":{"agent_response":["x"]}})") ==
        "agent_response_event.agent_response must be a string");
  CHECK(fault(R"({"type":"agent_response","message":"not where it belongs"})") == "agent_response_event is missing");
  CHECK(fault(R"({"type":"conversation_initiation_metadata","conversation_initiation_metadata_event":
    {"conversation_id":""}})") == "conversation_initiation_metadata_event.conversation_id is empty");
  CHECK(fault(R"({"type":"client_tool_call","client_tool_call":{"tool_name":"t","tool_call_id":""}})") ==
        "client_tool_call.tool_call_id is empty");
  CHECK(fault(R"({"type":"agent_tool_response","agent_tool_response":{"tool_name":"end_call","is_error":1}})") ==
        "agent_tool_response.is_error must be true or false");
  CHECK(fault(R"({"type":"queue_status","queue_status_event":{"status":1}})") ==
        "queue_status_event.status must be a string");
}

TEST_CASE("invalid UTF-8 is malformed") {
  CHECK(fault("{\"type\":\"agent_response\",\"agent_response_event\":{\"agent_response\":\"\xff\"}}") == "not JSON");
  CHECK(fault(R"({"type":"agent_response","agent_response_event":{"agent_response":"\ud80"}})") == "not JSON");
}

TEST_CASE("half a character, as is left of an emoji that was cut, costs no text") {
  const auto said = [](const std::string& text) {
    return decoded<Reply>(R"({"type":"agent_response","agent_response_event":{"agent_response":")" + text + R"("}})")
        .text;
  };
  CHECK(said(R"(See you \ud83d)") == "See you \xEF\xBF\xBD");
  CHECK(said(R"(\uDE00 \uD83D\uDE00 \\ud83d)") == "\xEF\xBF\xBD \xF0\x9F\x98\x80 \\ud83d");
  std::string why;
  CHECK(decode_signed_url(R"({"signed_url":"wss://example.com","note":"\ud83d"})", why) == "wss://example.com");
}

TEST_CASE("deep nesting is refused, also when it is very deep") {
  const auto nested = [](int depth) {
    return R"({"type":"client_tool_call","client_tool_call":{"tool_name":"t","tool_call_id":"c","parameters":)" +
           std::string(static_cast<std::size_t>(depth), '[') + std::string(static_cast<std::size_t>(depth), ']') + "}}";
  };
  CHECK(std::holds_alternative<ToolCall>(decode(nested(kMaxDepth - 4))));
  CHECK(fault(nested(kMaxDepth + 4)) == "nested deeper than 32");
  CHECK(fault(nested(200000)) == "nested deeper than 32");
}

TEST_CASE("every beginning of a frame is malformed") {
  for (const auto& frame : testing::kRecorded) {
    for (std::size_t length = 0; length < frame.text.size(); ++length) {
      REQUIRE(std::holds_alternative<Malformed>(decode(frame.text.substr(0, length))));
    }
  }
}

TEST_CASE("the signed URL is taken as it is") {
  std::string why;
  CHECK(decode_signed_url(R"({"signed_url":"wss://api.example.com/c?a=1&token=x%20y"})", why) ==
        "wss://api.example.com/c?a=1&token=x%20y");
  const auto refused = [&why](std::string_view body) {
    why.clear();
    CHECK_FALSE(decode_signed_url(body, why).has_value());
    return why;
  };
  CHECK(refused("<html>") == "not JSON");
  CHECK(refused("[]") == "the answer must be an object");
  CHECK(refused("{}") == "signed_url is missing");
  CHECK(refused(R"({"signed_url":null})") == "signed_url is missing");
  CHECK(refused(R"({"signed_url":1})") == "signed_url must be a string");
}
