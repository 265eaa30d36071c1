// The store contract: messages and the ids by which a delivery counts once.
#include "testing/contract_support.hpp"

namespace sessioncore::testing {
namespace {

const ChatId kChat("a");

MessageRecorded full_message(MessageNumber number) {
  MessageRecorded record = message(number, "Gr\xC3\xBC\xC3\x9F \"dich\" \\ \n\t\xF0\x9F\x98\x80 %_'", "p-full");
  record.session = 2;
  record.author = Author::human;
  record.user = UserId("ada@example.com");
  record.kind = MessageKind::other;
  record.attachments = R"([{"name":"scan.pdf"}])";
  record.delivery = Delivery::failed;
  record.delivery_error = "refused";
  return record;
}

void messages_come_as_they_were_stored(const StoreFixture& fixture, StoreReport& report) {
  const auto store = fixture.fresh();
  MessageRecorded bare;
  bare.number = 2;
  MessageRecorded phone = full_message(4'294'967'295U);
  phone.provider_id = ProviderMessageId("p-phone");
  phone.user.reset();
  CONTRACT_DONE(report, testing::store(*store, commit_of("a", 0, {full_message(1), bare, phone})));
  const std::vector<MessageNumber> numbers = {4'294'967'295U, 7, 1, 2};
  const auto stored = CONTRACT_VALUE(report, store->messages(kChat, numbers));
  CONTRACT_CHECK(report, stored.size() == 3);
  if (stored.size() != 3) return;
  CONTRACT_CHECK(report, same(stored[0], phone) && !stored[0].deleted);
  CONTRACT_CHECK(report, same(stored[1], full_message(1)) && !stored[1].deleted);
  CONTRACT_CHECK(report, same(stored[2], bare) && !stored[2].deleted);
}

void large_texts_are_kept(const StoreFixture& fixture, StoreReport& report) {
  const auto store = fixture.fresh();
  std::string text;
  while (text.size() < 3'000'000) text += "a line of a very long text \xE2\x82\xAC\n";
  MessageRecorded record = message(1, text, std::string(2000, 'p'));
  record.attachments = '"' + std::string(1'000'000, 'x') + '"';
  Commit commit = commit_of("a", 0, {record});
  commit.decision.event = ContactMessage{{record.provider_id, {1}, text, MessageKind::text, "", "", std::nullopt}};
  CONTRACT_DONE(report, testing::store(*store, commit));
  const MessageNumber one = 1;
  const auto stored = CONTRACT_VALUE(report, store->messages(kChat, {&one, 1}));
  CONTRACT_CHECK(report, stored.size() == 1 && same(stored[0], record));
  CONTRACT_CHECK(report, CONTRACT_VALUE(report, store->find_message(kChat, record.provider_id)) == 1U);
  const auto decisions = CONTRACT_VALUE(report, store->decisions(kChat, 0, 1));
  CONTRACT_CHECK(report, decisions.size() == 1 && same(decisions[0], commit.decision));
}

void a_provider_id_counts_once_in_its_chat(const StoreFixture& fixture, StoreReport& report) {
  const auto store = fixture.fresh();
  CONTRACT_DONE(report, testing::store(*store, commit_of("a", 0, {message(1, "one", "p1"), message(2, "no id")})));
  CONTRACT_DONE(report, testing::store(*store, commit_of("b", 0, {message(1, "elsewhere", "p1")})));
  CONTRACT_DONE(report, testing::store(*store, commit_of("a", 1, {message(3, "no id either")})));
  CONTRACT_FAILS(report, ErrorCode::conflict, testing::store(*store, commit_of("a", 2, {message(4, "again", "p1")})));
  CONTRACT_CHECK(report, CONTRACT_VALUE(report, store->find_message(kChat, ProviderMessageId("p1"))) == 1U);
  CONTRACT_CHECK(report, !CONTRACT_VALUE(report, store->find_message(kChat, ProviderMessageId("P1"))));
  CONTRACT_CHECK(report, !CONTRACT_VALUE(report, store->find_message(kChat, ProviderMessageId())));
  CONTRACT_FAILS(report, ErrorCode::conflict, testing::store(*store, commit_of("a", 2, {message(3, "taken", "p9")})));
  CONTRACT_CHECK(report, CONTRACT_VALUE(report, store->latest_messages(kChat, 1, 9)).size() == 3);
}

void an_update_changes_what_it_names(const StoreFixture& fixture, StoreReport& report) {
  const auto store = fixture.fresh();
  CONTRACT_DONE(report, testing::store(*store, commit_of("a", 0, {full_message(1), message(2, "other", "p2")})));
  const auto after = [&](std::uint64_t version, const MessageUpdated& change) {
    const MessageNumber one = 1;
    CONTRACT_DONE(report, testing::store(*store, commit_of("a", version, {change})));
    return CONTRACT_VALUE(report, store->messages(kChat, {&one, 1})).at(0);
  };
  MessageRecorded wanted = full_message(1);
  CONTRACT_CHECK(report, same(after(1, update(1)), wanted));

  MessageUpdated change = update(1);
  change.delivery = wanted.delivery = Delivery::none;
  change.delivery_error = wanted.delivery_error = "";
  CONTRACT_CHECK(report, same(after(2, change), wanted));

  change = update(1);
  change.text = wanted.text = "edited";
  CONTRACT_CHECK(report, same(after(3, change), wanted));

  change = update(1);
  change.provider_id = wanted.provider_id = ProviderMessageId("p-new");
  CONTRACT_CHECK(report, same(after(4, change), wanted));
  CONTRACT_CHECK(report, CONTRACT_VALUE(report, store->find_message(kChat, ProviderMessageId("p-new"))) == 1U);
  CONTRACT_CHECK(report, !CONTRACT_VALUE(report, store->find_message(kChat, ProviderMessageId("p-full"))));

  change = update(1);
  change.deleted = true;
  CONTRACT_CHECK(report, after(5, change).deleted);
  const StoredMessage still = after(6, update(1));
  CONTRACT_CHECK(report, still.deleted && same(still, wanted));
  const MessageNumber two = 2;
  const auto other = CONTRACT_VALUE(report, store->messages(kChat, {&two, 1}));
  CONTRACT_CHECK(report, other.size() == 1 && same(other[0], message(2, "other", "p2")) && !other[0].deleted);
}

// The engine tells the core of such an id beforehand; should it slip through, the rest of the update must not be lost.
void the_first_message_keeps_its_provider_id(const StoreFixture& fixture, StoreReport& report) {
  const auto store = fixture.fresh();
  CONTRACT_DONE(report, testing::store(*store, commit_of("a", 0, {message(1, "one", "p1"), message(2, "two", "p2")})));
  MessageUpdated change = update(2);
  change.provider_id = ProviderMessageId("p1");
  change.delivery = Delivery::sent;
  CONTRACT_DONE(report, testing::store(*store, commit_of("a", 1, {change})));
  const auto stored = CONTRACT_VALUE(report, store->latest_messages(kChat, 1, 9));
  CONTRACT_CHECK(report, stored.size() == 2 && stored[1].delivery == Delivery::sent);
  CONTRACT_CHECK(report, stored.size() == 2 && stored[1].provider_id == ProviderMessageId("p2"));
  CONTRACT_CHECK(report, CONTRACT_VALUE(report, store->find_message(kChat, ProviderMessageId("p1"))) == 1U);

  MessageUpdated again = update(1);
  again.provider_id = ProviderMessageId("p1");
  CONTRACT_DONE(report, testing::store(*store, commit_of("a", 2, {again})));
  CONTRACT_CHECK(report, CONTRACT_VALUE(report, store->find_message(kChat, ProviderMessageId("p1"))) == 1U);
}

void an_update_needs_its_message(const StoreFixture& fixture, StoreReport& report) {
  const auto store = fixture.fresh();
  CONTRACT_DONE(report, testing::store(*store, commit_of("a", 0, {message(1, "one")})));
  MessageUpdated change = update(2);
  change.delivery = Delivery::sent;
  CONTRACT_FAILS(report, ErrorCode::invalid_argument, testing::store(*store, commit_of("a", 1, {change})));
  const auto loaded = CONTRACT_VALUE(report, store->load(kChat));
  CONTRACT_CHECK(report, loaded && loaded->state.version == 1);
}

void the_latest_messages_of_a_session_come_in_order(const StoreFixture& fixture, StoreReport& report) {
  const auto store = fixture.fresh();
  std::vector<Record> records;
  for (MessageNumber number = 1; number <= 30; ++number) {
    MessageRecorded record = message(number, std::to_string(number));
    record.session = number % 3;  // 0: of no session
    records.emplace_back(record);
  }
  CONTRACT_DONE(report, testing::store(*store, commit_of("a", 0, records)));
  CONTRACT_DONE(report, testing::store(*store, commit_of("b", 0, {message(1, "another chat")})));
  const auto latest = [&](SessionNumber session, std::size_t max) {
    return texts(CONTRACT_VALUE(report, store->latest_messages(kChat, session, max)));
  };
  using Texts = std::vector<std::string>;
  CONTRACT_CHECK(report, latest(1, 3) == (Texts{"22", "25", "28"}));
  CONTRACT_CHECK(report, latest(2, 2) == (Texts{"26", "29"}));
  CONTRACT_CHECK(report, latest(1, 100).size() == 10 && latest(1, 100).front() == "1");
  CONTRACT_CHECK(report, latest(0, 100).size() == 10);
  CONTRACT_CHECK(report, latest(1, 0).empty());
  CONTRACT_CHECK(report, latest(7, 100).empty());
}

// R25: what arrives late stands where it was written; of one time the number decides.
void the_latest_messages_are_those_written_last(const StoreFixture& fixture, StoreReport& report) {
  const auto store = fixture.fresh();
  const auto written = [](MessageNumber number, std::int64_t at, SessionNumber session) {
    MessageRecorded record = message(number, std::to_string(number));
    record.provider_time = {at};
    record.session = session;
    return record;
  };
  // By time: 4, 2, 5, 1, 3; 6 is of another session.
  CONTRACT_DONE(report, testing::store(*store, commit_of("a", 0, {written(1, 5000, 1), written(2, 3000, 1)})));
  CONTRACT_DONE(report, testing::store(*store, commit_of("a", 1, {written(3, 5000, 1), written(4, 1000, 1)})));
  CONTRACT_DONE(report, testing::store(*store, commit_of("a", 2, {written(5, 3000, 1), written(6, 4000, 2)})));
  const auto latest = [&](std::size_t max) {
    return texts(CONTRACT_VALUE(report, store->latest_messages(kChat, 1, max)));
  };
  using Texts = std::vector<std::string>;
  CONTRACT_CHECK(report, latest(9) == (Texts{"4", "2", "5", "1", "3"}));
  CONTRACT_CHECK(report, latest(3) == (Texts{"5", "1", "3"}));
  CONTRACT_CHECK(report, latest(1) == (Texts{"3"}));
}

}  // namespace

std::vector<StoreRequirement> message_requirements() {
  return {{"messages come as they were stored", messages_come_as_they_were_stored},
          {"large texts are kept", large_texts_are_kept},
          {"a provider id counts once in its chat", a_provider_id_counts_once_in_its_chat},
          {"an update changes what it names", an_update_changes_what_it_names},
          {"the first message keeps its provider id", the_first_message_keeps_its_provider_id},
          {"an update needs its message", an_update_needs_its_message},
          {"the latest messages of a session come in order", the_latest_messages_of_a_session_come_in_order},
          {"the latest messages are those written last", the_latest_messages_are_those_written_last}};
}

}  // namespace sessioncore::testing
