#include "engine/batch.hpp"

#include <algorithm>

#include <sessioncore/assert.hpp>

namespace sessioncore::detail {
namespace {

bool opens_chat(const Event& event) {
  return std::holds_alternative<ContactMessage>(event) || std::holds_alternative<SelfMessage>(event);
}

// True if anything was taken over. Empty fields tell nothing.
bool update(ChatFacts& facts, const ChatFacts& news) {
  bool changed = false;
  const auto take = [&](auto& mine, const auto& theirs) {
    if (theirs.empty() || mine == theirs) return;
    mine = theirs;
    changed = true;
  };
  take(facts.contact_name, news.contact_name);
  take(facts.contact_phone, news.contact_phone);
  take(facts.account, news.account);
  return changed;
}

}  // namespace

Result<Reply> Batch::add(const std::variant<ChatId, ChatFacts>& target, Event event) {
  auto found = find(target, event);
  if (!found) return found.error();
  Working& working = **found;
  const ChatId& id = working.chat.facts.id;
  if (const auto completed = complete(working, event); !completed) {
    const Error& why = completed.error();
    failed_.emplace(id, Error{ErrorCode::unavailable, "an event before it could not be taken: " + why.detail});
    return why;
  }

  // What is new of the chat counts from its commit on: without one it would be taken for stored.
  ChatFacts facts = working.chat.facts;
  const auto* news = std::get_if<ChatFacts>(&target);
  const bool facts_changed = news != nullptr && update(facts, *news);

  Conversation& state = working.chat.state;
  const Instant now = std::max(now_, state.last_step_at);
  auto policy = ports_.policies->policy(facts);
  SESSIONCORE_ASSERT(policy != nullptr, "Engine: the policy source gave null");
  Step decided = step(state, event, *policy, now);
  Reply reply{id, decided.outcome, phase_of(decided.next)};
  // Everything else is a decision, a refusal too.
  if (decided.outcome.reason == Reason::nothing_due && idle_ticks_ == IdleTicks::left_out) return reply;

  remember(working, decided.records);
  Commit commit;
  if (facts_changed) working.chat.facts = facts;
  commit.facts = std::move(facts);
  commit.facts_changed = working.is_new || facts_changed;
  commit.expected_version = state.version;
  commit.deadline = next_deadline(decided.next);
  commit.needs_recovery = needs_recovery(decided.next);
  commit.records = std::move(decided.records);
  commit.decision = {
      now,         std::move(policy),         std::move(event), std::move(decided.outcome), phase_of(state),
      reply.phase, std::move(decided.effects)};
  if (!working.is_new) commit.before = std::move(state);
  state = std::move(decided.next);
  commit.state = state;
  commits_.push_back(std::move(commit));
  working.is_new = false;
  return reply;
}

void Batch::keep() {
  for (auto& [id, working] : working_) {
    if (!working.is_new) cache_.put(std::move(working.chat));
  }
}

Result<Batch::Working*> Batch::find(const std::variant<ChatId, ChatFacts>& target, const Event& event) {
  if (const auto* id = std::get_if<ChatId>(&target)) return load(*id);
  return find_or_create(std::get<ChatFacts>(target), event);
}

Result<Batch::Working*> Batch::load(const ChatId& chat) {
  if (const auto at = failed_.find(chat); at != failed_.end()) return at->second;
  if (const auto at = working_.find(chat); at != working_.end()) return &at->second;
  if (const StoredChat* cached = cache_.find(chat)) return &working_.emplace(chat, Working{*cached}).first->second;
  auto stored = ports_.store->load(chat);
  if (!stored) return failed_.emplace(chat, stored.error()).first->second;
  if (!*stored) return Error{ErrorCode::not_found, "no such chat"};
  return &working_.emplace(chat, Working{std::move(**stored)}).first->second;
}

Result<Batch::Working*> Batch::find_or_create(const ChatFacts& facts, const Event& event) {
  const std::string key = text_of(facts.key);
  if (const auto at = new_keys_.find(key); at != new_keys_.end()) return load(at->second);
  if (const ChatId* cached = cache_.find(facts.key)) return load(*cached);
  auto stored = ports_.store->find_chat(facts.key);
  if (!stored) return stored.error();
  if (*stored) return load(**stored);
  if (!opens_chat(event)) return Error{ErrorCode::not_found, "no such chat"};

  Working created;
  created.chat.facts = facts;
  created.chat.facts.id = options_.new_chat_id();
  created.chat.facts.created_at = now_;
  created.is_new = true;
  const ChatId id = created.chat.facts.id;
  new_keys_.emplace(key, id);
  return &working_.emplace(id, std::move(created)).first->second;
}

Result<void> Batch::complete(const Working& working, Event& event) {
  const auto fill = [&](auto& message, const ProviderMessageId& id) -> Result<void> {
    auto number = number_of(working, id);
    if (!number) return number.error();
    message.known = *number;
    return {};
  };
  if (auto* contact = std::get_if<ContactMessage>(&event)) return fill(*contact, contact->provider_id);
  if (auto* self = std::get_if<SelfMessage>(&event)) return fill(*self, self->provider_id);
  if (auto* edit = std::get_if<MessageEdited>(&event)) return fill(*edit, edit->provider_id);
  if (auto* deletion = std::get_if<MessageDeleted>(&event)) return fill(*deletion, deletion->provider_id);
  if (auto* sent = std::get_if<SendSucceeded>(&event); sent != nullptr && sent->provider_id) {
    return fill(*sent, *sent->provider_id);
  }
  auto* report = std::get_if<DeliveryReport>(&event);
  if (report == nullptr) return {};
  if (auto filled = fill(*report, report->provider_id); !filled || !report->known) return filled;
  const auto current = delivery_of(working, *report->known);
  if (!current) return current.error();
  report->current = *current;
  return {};
}

Result<std::optional<MessageNumber>> Batch::number_of(const Working& working, const ProviderMessageId& id) {
  if (id.empty()) return std::optional<MessageNumber>();
  if (const auto at = working.numbers.find(id); at != working.numbers.end()) return std::optional(at->second);
  return ports_.store->find_message(working.chat.facts.id, id);
}

Result<Delivery> Batch::delivery_of(const Working& working, MessageNumber number) {
  if (const auto at = working.deliveries.find(number); at != working.deliveries.end()) return at->second;
  const auto stored = ports_.store->messages(working.chat.facts.id, std::span(&number, 1));
  if (!stored) return stored.error();
  return stored->empty() ? Delivery::none : stored->front().delivery;
}

void Batch::remember(Working& working, const std::vector<Record>& records) {
  for (const Record& record : records) {
    if (const auto* recorded = std::get_if<MessageRecorded>(&record)) {
      if (!recorded->provider_id.empty()) working.numbers.emplace(recorded->provider_id, recorded->number);
      working.deliveries.insert_or_assign(recorded->number, recorded->delivery);
    } else if (const auto* updated = std::get_if<MessageUpdated>(&record)) {
      if (updated->provider_id) working.numbers.emplace(*updated->provider_id, updated->number);
      if (updated->delivery) working.deliveries.insert_or_assign(updated->number, *updated->delivery);
    }
  }
}

}  // namespace sessioncore::detail
