#include "story.hpp"

#include "waiting.hpp"

namespace sessioncore::story {

using nlohmann::json;

namespace {

constexpr const char* kAyse = "+905550000001";
constexpr const char* kBora = "+905550000002";
constexpr const char* kCem = "+905550000003";
constexpr const char* kDeniz = "+905550000004";
/// Longer than grace period and quiet window of the story's configuration, so that silence means something.
constexpr std::chrono::milliseconds kLongEnough(5'500);

const json* message_with(const json& messages, const std::string& text) {
  for (const auto& message : messages) {
    if (message.at("text") == text) return &message;
  }
  return nullptr;
}

}  // namespace

void Story::play() {
  world_.log_in();
  three_messages_one_session();
  grace_expires_one_answer();
  buffered_and_answered_once();
  human_answers_on_the_phone();
  agent_stays_silent();
  release_answers_what_is_pending();
  takeover_suppresses_the_late_reply();
  crash_with_chats_unfinished();
  restart_answers_each_once();
  close_and_a_new_session();
}

void Story::write_in_a_row(Chat& chat, const char* phone, std::initializer_list<const char*> texts) {
  world_.hold_webhooks(true);
  for (const char* text : texts) world_.write_as_contact(chat, phone, text);
  world_.hold_webhooks(false);
}

void Story::expect(const std::string& what, const std::function<bool()>& condition) {
  if (!wait_until(world_.patience(), condition)) {
    tell_decisions();
    throw StepFailed("did not come true: " + what);
  }
  teller_.passed(what);
}

void Story::expect_still(const std::string& what, const std::function<bool()>& condition) {
  if (!holds_for(kLongEnough, condition)) {
    tell_decisions();
    throw StepFailed("did not stay true: " + what);
  }
  teller_.passed(what);
}

void Story::expect_accepted(const std::string& what, const Answer& answer) {
  if (!answer.ok()) {
    throw StepFailed(what + ": status " + std::to_string(answer.status) + ", " + answer.text);
  }
  teller_.passed(what);
}

void Story::tell_decisions() {
  for (Chat* chat : {&ayse_, &bora_, &cem_, &deniz_}) teller_.decisions(chat->name, world_.decisions(*chat));
}

bool Story::in(Chat& chat, const std::string& mode, const std::string& session_status) {
  const json view = world_.chat(chat);
  return view.is_object() && view.at("mode") == mode && view.at("session_status") == session_status;
}

void Story::three_messages_one_session() {
  teller_.step("Ayse writes three messages in a row: one session, waiting for a human");
  write_in_a_row(ayse_, kAyse, {"Hello", "do you have time", "tomorrow at ten?"});
  expect("the chat waits for a human, with all three messages",
         [&] { return in(ayse_, "human", "waiting") && world_.chat(ayse_).at("message_count") == 3; });
  expect("there is one session, and nothing was sent",
         [&] { return world_.sessions(ayse_).size() == 1 && received(ayse_) == 0 && world_.questions().empty(); });
  tell_decisions();
}

void Story::grace_expires_one_answer() {
  teller_.step("Nobody answers, the grace period ends: one turn of the agent with the three joined, one reply");
  expect("the agent was asked once, with the three messages joined by newlines",
         [&] { return world_.questions() == std::vector<std::string>{"Hello\ndo you have time\ntomorrow at ten?"}; });
  expect("one reply is on the phone", [&] { return received(ayse_) == 1; });
  expect("the chat is with the agent", [&] { return in(ayse_, "ai", "idle"); });
  expect("the reply is known as sent, in the business's name and with its author", [&] {
    const json all = world_.messages(ayse_);
    const json& reply = all.back();
    return reply.at("sender") == "human" && reply.at("sender_name") == "AI" && reply.at("author") == "ai" &&
           reply.at("delivery") == "sent";
  });
  tell_decisions();
}

void Story::buffered_and_answered_once() {
  teller_.step("Ayse writes twice more: collected, and answered once");
  write_in_a_row(ayse_, kAyse, {"and one more thing", "is parking free?"});
  expect("the agent was asked once about both", [&] {
    return world_.questions().size() == 2 && world_.times_asked("and one more thing\nis parking free?") == 1;
  });
  expect("one more reply is on the phone", [&] { return received(ayse_) == 2; });
  tell_decisions();
}

void Story::human_answers_on_the_phone() {
  teller_.step("A human answers on the phone itself: the agent's link is closed, and the human holds the chat");
  world_.write_on_business_phone(ayse_, "I am here now. Parking is free.");
  expect("a human holds the chat, without a user's name", [&] {
    const json view = world_.chat(ayse_);
    return in(ayse_, "human", "idle") && view.at("taken_over_by").is_null() && view.at("taken_over_at").is_string();
  });
  expect("the link to the agent is closed, by us", [&] {
    const json conversations = world_.agent_conversations();
    return conversations.size() == 1 && conversations[0].at("open") == false &&
           conversations[0].at("closed_by") == "client";
  });
  tell_decisions();
}

void Story::agent_stays_silent() {
  teller_.step("Ayse writes: the agent stays silent");
  world_.write_as_contact(ayse_, kAyse, "thank you. Which floor?");
  expect("the message is stored", [&] { return message_with(world_.messages(ayse_), "thank you. Which floor?"); });
  expect_still("the agent was not asked, and nothing new is on the phone",
               [&] { return world_.questions().size() == 2 && received(ayse_) == 3; });
  tell_decisions();
}

void Story::release_answers_what_is_pending() {
  teller_.step("An operator hands back, to be answered at once: the agent answers the pending question");
  const Answer released = world_.act(ayse_, "release", {{"immediate", true}});
  expect_accepted("the release is accepted", released);
  expect("one message was pending", [&] { return released.body.at("pendingCount") == 1; });
  expect("the agent was asked exactly that", [&] { return world_.times_asked("thank you. Which floor?") == 1; });
  expect("its reply is on the phone", [&] { return received(ayse_) == 4; });
  expect("the new link was told what had been said before", [&] {
    const json conversations = world_.agent_conversations();
    return conversations.size() == 2 && conversations[1].at("contexts").size() == 1;
  });
  tell_decisions();
}

void Story::takeover_suppresses_the_late_reply() {
  teller_.step("The agent is thinking when an operator takes over: its late reply is kept, and not sent");
  world_.agent_options({{"hold", true}, {"replies", {"A late answer to: {text}"}}});
  world_.write_as_contact(ayse_, kAyse, "Can I bring my dog?");
  expect("the agent was asked and thinks", [&] { return world_.times_asked("Can I bring my dog?") == 1; });
  expect_accepted("the operator takes over", world_.act(ayse_, "takeover"));
  world_.release_agent_reply();
  const std::string late = "A late answer to: Can I bring my dog?";
  expect("the late reply is stored, as suppressed", [&] {
    const json all = world_.messages(ayse_);
    const json* reply = message_with(all, late);
    return reply != nullptr && reply->at("delivery") == "suppressed";
  });
  expect_still("nothing new is on the phone", [&] { return received(ayse_) == 4; });
  world_.agent_options({{"hold", false}, {"replies", {"Echo: {text}"}}});
  tell_decisions();
}

void Story::crash_with_chats_unfinished() {
  teller_.step("Cem's question is with the agent, Bora and Deniz still wait when the server is killed (SIGKILL)");
  world_.agent_options({{"hold", true}});
  world_.write_as_contact(cem_, kCem, "Is the invoice paid?");
  expect("the agent was asked Cem's question and thinks",
         [&] { return world_.times_asked("Is the invoice paid?") == 1; });
  world_.hold_webhooks(true);  // their grace periods begin together, and only now
  world_.write_as_contact(bora_, kBora, "Are you open on Sunday?");
  world_.write_as_contact(deniz_, kDeniz, "Is my phone still with you?");
  world_.hold_webhooks(false);
  expect("Bora's chat waits for a human", [&] { return in(bora_, "human", "waiting"); });
  expect("Deniz's chat waits for a human", [&] { return in(deniz_, "human", "waiting"); });
  (void)world_.chat(cem_);
  world_.kill_server();
  teller_.note("killed");
  world_.write_on_business_phone(deniz_, "Yes, come by any time.");
  teller_.note("a human answers Deniz on the phone, and no server hears of it");
}

void Story::restart_answers_each_once() {
  teller_.step("The server starts again: it learns what was missed, and Cem and Bora are answered, exactly once");
  world_.agent_options({{"hold", false}});
  world_.start_server();
  expect("Cem's question is asked again, on a new link",
         [&] { return world_.times_asked("Is the invoice paid?") == 2; });
  expect("Cem has a reply", [&] { return received(cem_) >= 1; });
  expect("Bora has a reply", [&] { return received(bora_) >= 1; });
  expect("Deniz's session is resolved by the human", [&] {
    const json sessions = world_.sessions(deniz_);
    return sessions.size() == 1 && sessions[0].at("resolved_by") == "human";
  });
  expect_still("each has exactly one reply, Bora's question was asked once, and Deniz's never", [&] {
    return received(cem_) == 1 && received(bora_) == 1 && received(deniz_) == 1 &&
           world_.times_asked("Are you open on Sunday?") == 1 && world_.times_asked("Is my phone still with you?") == 0;
  });
  tell_decisions();
}

void Story::close_and_a_new_session() {
  teller_.step("The operator closes Ayse's chat; she writes again: a new session");
  expect_accepted("the chat is closed", world_.act(ayse_, "close"));
  expect("the chat shows as closed", [&] { return in(ayse_, "closed", "idle"); });
  world_.write_as_contact(ayse_, kAyse, "Hello again");
  expect("the chat waits for a human again", [&] { return in(ayse_, "human", "waiting"); });
  expect("there are two sessions, the first resolved by hand", [&] {
    const json sessions = world_.sessions(ayse_);
    return sessions.size() == 2 && sessions[1].at("status") == "resolved" &&
           sessions[1].at("resolved_by") == "manual" && sessions[0].at("status") == "waiting";
  });
  tell_decisions();
}

}  // namespace sessioncore::story
