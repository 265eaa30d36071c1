#include "testing/one_of_each.hpp"

namespace sessioncore::testing {

std::vector<Event> one_of_each_event() {
  const ProviderMessageId id("p1");
  const UserId user("ada@example.com");
  const InboundMessage said = {id, {77}, "Hello \xF0\x9F\x98\x80", MessageKind::image, "Ada", R"([{"name":"x"}])", 4};
  return {ContactMessage{said},
          SelfMessage{said},
          MessageEdited{id, "new", 3},
          MessageDeleted{id, std::nullopt},
          DeliveryReport{id, ReportedDelivery::read, 2, Delivery::delivered},
          LinkReady{3, "conversation"},
          AgentReplied{3, -9'007'199'254'740'993, "answer"},
          AgentToolCalled{3, "transfer_to_human", "call", R"({"why":"angry"})"},
          LinkClosed{3, LinkLoss::busy, "1013"},
          SendSucceeded{{4, 1}, id, 4},
          SendFailed{{5, 2}, SendFailure::disconnected, "away"},
          HandoffRequested{"contact"},
          BlacklistChanged{},
          AccountChanged{},
          Tick{},
          Recovered{},
          TakeOver{user, true},
          Release{user, true},
          Close{user},
          Reopen{user},
          SendText{user, "text", true}};
}

std::vector<Effect> one_of_each_effect() {
  return {SendMessage{{4, 1}},
          RecallSend{{4, 1}},
          ListSent{{123}},
          OpenLink{3, AgentId("reception")},
          AskAgent{3, {1, 2}, true, 7},
          CloseLink{3},
          AnswerTool{3, "call", true},
          Notify{Notice::turn_limit, "31 turns"}};
}

}  // namespace sessioncore::testing
