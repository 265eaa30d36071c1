#include "api/chat_actions.hpp"

#include "http/body.hpp"
#include "http/reply.hpp"
#include "iso_time.hpp"
#include "log.hpp"

#include <nlohmann/json.hpp>

namespace sessioncore::server {

using nlohmann::json;

namespace {

const char* in_words(Reason reason) {
  switch (reason) {
    case Reason::no_active_session: return "the chat has no active session";
    case Reason::not_held: return "no human holds the chat";
    case Reason::already_held: return "another user holds the chat";
    case Reason::not_in_human_mode: return "the agent has the chat; take it over first, or send with claim";
    case Reason::chat_closed: return "the chat is closed";
    case Reason::no_agent: return "no agent is configured, or it is inactive";
    case Reason::account_disconnected: return "the channel's account was removed, so nothing can be sent";
    case Reason::text_too_long: return "the text is longer than the channel allows";
    case Reason::text_empty: return "the text is empty";
    case Reason::too_many_sends: return "too many messages of this chat wait to be sent";
    default: return "the chat's state does not allow this";
  }
}

HttpError conflict_of(const Outcome& outcome, const TenantId& tenant, const ChatLookup& chats) {
  const std::string code(to_string(outcome.reason));
  if (outcome.reason != Reason::already_held) return {409, code, in_words(outcome.reason)};
  json details = json::object();
  if (outcome.held_by) {
    const auto person = chats.find_person(tenant, *outcome.held_by);
    details["by"] = outcome.held_by->value;
    details["name"] = person ? person->name : outcome.held_by->value;
  }
  if (outcome.held_since) details["since"] = iso_time(*outcome.held_since);
  return {409, code, in_words(outcome.reason), details};
}

/// What the engine could not do, as opposed to what the rules refuse.
HttpError failure_of(const Error& error) {
  if (error.code == ErrorCode::not_found) return not_found("there is no such chat");
  log::warn("action.not_stored", {{"code", std::string(to_string(error.code))}, {"detail", error.detail}});
  return unavailable("not stored, try again");
}

struct Ask {
  const Person& person;
  const ChatId& chat;
  const json& body;
};
using MakeEvent = Event (*)(const Ask&);
using Answer = json (*)(const Ask&, const Outcome&, const ChatLookup&);

json answer_chat(const Ask& ask, const Outcome&, const ChatLookup& chats) {
  return chats.chat(ask.person, ask.chat);
}

json answer_release(const Ask& ask, const Outcome& outcome, const ChatLookup& chats) {
  json view = chats.chat(ask.person, ask.chat);
  view["pendingCount"] = outcome.pending_count;
  return view;
}

json answer_sent(const Ask& ask, const Outcome& outcome, const ChatLookup& chats) {
  return chats.message(ask.person, ask.chat, outcome.message);
}

Event take_over(const Ask& ask) {
  return TakeOver{ask.person.id, flag_of(ask.body, "force", false)};
}
Event release(const Ask& ask) {
  return Release{ask.person.id, flag_of(ask.body, "immediate", false)};
}
Event close(const Ask& ask) {
  return Close{ask.person.id};
}
Event reopen(const Ask& ask) {
  return Reopen{ask.person.id};
}
Event send(const Ask& ask) {
  return SendText{ask.person.id, required_text_of(ask.body, "text"), flag_of(ask.body, "claim", false)};
}

}  // namespace

void add_chat_actions(HttpServer& server, const Access& access, const ChatLookup& chats, Runtime& runtime) {
  const auto add = [&](const std::string& action, MakeEvent make, Answer answer) {
    const auto act = [&, make, answer](const httplib::Request& in, httplib::Response& out) {
      const Person person = access.actor(in);
      const ChatId chat(in.matches[1].str());
      chats.must_exist(person, chat);
      const json body = object_of_body(in);
      const Ask ask{person, chat, body};
      const auto reply = runtime.call(chat, make(ask));
      if (!reply) throw failure_of(reply.error());
      if (reply->outcome.verdict == Verdict::rejected) throw conflict_of(reply->outcome, person.tenant, chats);
      reply_json(out, answer(ask, reply->outcome, chats));
    };
    server.Post("/api/whatsapp/chats/{chatId}/" + action, act);
  };
  add("takeover", take_over, answer_chat);
  add("release", release, answer_release);
  add("close", close, answer_chat);
  add("reopen", reopen, answer_chat);
  add("send", send, answer_sent);
}

}  // namespace sessioncore::server
