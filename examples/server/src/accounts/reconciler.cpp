#include "accounts/reconciler.hpp"

#include "accounts/account_state.hpp"
#include "accounts/event_batch.hpp"
#include "accounts/missed_order.hpp"
#include "log.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <sessioncore/unipile/webhook.hpp>

namespace sessioncore::server {

namespace {

constexpr Duration kMargin = std::chrono::minutes(2);  // clocks differ, and the last messages may be on their way
constexpr int kPagesMax = 200;
constexpr std::size_t kAtOnce = 100;  // so that webhooks find their turn in between
constexpr Duration kFirstPause = std::chrono::seconds(2);
constexpr Duration kPauseMax = std::chrono::minutes(5);
constexpr std::uint32_t kDoublingsMax = 8;
constexpr int kFailuresInARow = 3;
constexpr std::uint32_t kUnknownMax = 3;  // a chat may be there a moment later than its messages

unipile::ClientOptions roomy(unipile::ClientOptions options) {
  options.answer_bytes_max = 16U << 20;  // each message comes with the provider's own copy of it
  return options;
}

std::string text_of(std::size_t count) {
  return std::to_string(count);
}

/// Another account's messages are not this tenant's, whatever the service was asked for.
void keep_own(const TenantConfig& tenant, std::vector<unipile::ListedMessage>& messages) {
  const auto foreign = std::remove_if(messages.begin(), messages.end(), [&](const unipile::ListedMessage& message) {
    return !message.account_id.empty() && message.account_id != tenant.unipile_account_id;
  });
  if (foreign == messages.end()) return;
  log::warn("reconcile.foreign", {{"tenant", tenant.id.value},
                                  {"messages", text_of(static_cast<std::size_t>(messages.end() - foreign))},
                                  {"account", foreign->account_id}});
  messages.erase(foreign, messages.end());
}

}  // namespace

Reconciler::Reconciler(ReconcileOptions options, Runtime& runtime, Tenants& tenants, Clock& clock)
    : options_(std::move(options)),
      history_(roomy(options_.client)),
      runtime_(runtime),
      tenants_(tenants),
      clock_(clock) {}

void Reconciler::stop() {
  stopping_ = true;
  history_.stop();
}

bool Reconciler::concerns(const TenantConfig& tenant) const {
  return options_.reach.count() > 0 && account_state(tenant) == AccountState::connected &&
         Tenants::has_feature(tenant, kWhatsAppFeature) && !tenant.switched_off;
}

std::optional<Duration> Reconciler::run(const TenantId& id, const HeardOut& heard_out) {
  const auto tenant = tenants_.find(id);
  if (tenant == nullptr || !concerns(*tenant)) {
    heard_out();
    return std::nullopt;
  }
  Result<void> done;
  try {
    done = reconcile(*tenant, heard_out);
  } catch (const std::exception& error) {
    done = Error{ErrorCode::unavailable, error.what()};
  }
  if (done || stopping_) {
    failures_.erase(id);
    troubled_.erase(id);
    return std::nullopt;
  }
  const auto doublings = std::min(failures_[id]++, kDoublingsMax);
  const Duration pause = std::min(kPauseMax, kFirstPause * (1U << doublings));
  log::warn("reconcile.later",
            {{"tenant", id.value}, {"detail", done.error().detail}, {"seconds", std::to_string(pause.count() / 1000)}});
  return pause;
}

Result<void> Reconciler::reconcile(const TenantConfig& tenant, const HeardOut& heard_out) {
  if (!finder_) {
    auto opened = sqlite::ChatFinder::open(options_.database);
    if (!opened) return opened.error();
    finder_ = std::move(*opened);
  }
  const Instant now = clock_.now();
  const auto begin = begin_of(tenant, now);
  if (!begin) return begin.error();
  Found found;
  if (*begin) {
    auto listed = list(tenant, **begin);
    // Refused, not failed: it would be refused again.
    if (!listed && listed.error().code != ErrorCode::unavailable) heard_out();
    if (!listed) return listed.error();
    auto missed = missed_of(tenant, std::move(*listed), now);
    if (!missed) return missed.error();
    found = std::move(*missed);
  }
  if (auto given = give(std::move(found.known), tenant.policy, now); !given) return given;
  // The others are new: nothing of theirs waits, and to look them up may take long.
  heard_out();
  if (auto given = give_new(tenant, std::move(found.unknown), now); !given) return given;
  keep_mark(tenant, now);
  log::info("reconcile.done", {{"tenant", tenant.id.value}});
  return {};
}

/// Empty: nothing was ever received through this account, so nothing was missed.
Result<std::optional<Instant>> Reconciler::begin_of(const TenantConfig& tenant, Instant now) {
  std::optional<Instant> since = tenant.reconciled_until;
  if (!since) {
    auto latest = finder_->latest_message(tenant.id, AccountId(tenant.unipile_account_id));
    if (!latest) return latest.error();
    since = *latest;
  }
  if (!since) return std::optional<Instant>();
  // What was written while the feature was off was discarded, not missed: the margin does not reach back to it.
  return std::optional(std::max({*since - kMargin, now - options_.reach, tenant.switched_on_at.value_or(Instant{})}));
}

Result<std::vector<unipile::ListedMessage>> Reconciler::list(const TenantConfig& tenant, Instant after) {
  std::vector<unipile::ListedMessage> all;
  std::string cursor;
  for (int page = 0; page < kPagesMax; ++page) {
    auto listed = history_.messages(tenant.unipile_account_id, after, cursor);
    if (!listed) return listed.error();
    if (!listed->unreadable.empty()) {
      log::warn("reconcile.unreadable", {{"tenant", tenant.id.value},
                                         {"messages", text_of(listed->unreadable.size())},
                                         {"detail", listed->unreadable.front()}});
    }
    keep_own(tenant, listed->messages);
    std::move(listed->messages.begin(), listed->messages.end(), std::back_inserter(all));
    cursor = listed->cursor;
    if (cursor.empty()) return all;
  }
  log::warn("reconcile.too_many", {{"tenant", tenant.id.value}, {"listed", text_of(all.size())}});
  return all;
}

Result<Reconciler::Found> Reconciler::missed_of(const TenantConfig& tenant,
                                                std::vector<unipile::ListedMessage>&& listed, Instant now) {
  Found found;
  std::map<std::string, bool> known_chats;
  std::size_t count = 0;
  for (auto& entry : listed) {
    const std::string chat = entry.chat_id;
    auto missed = missed_from(tenant, std::move(entry), now, known_chats);
    if (!missed) return missed.error();
    if (!*missed) continue;
    (known_chats.at(chat) ? found.known : found.unknown)[chat].push_back(std::move(**missed));
    ++count;
  }
  log::info("reconcile.listed", {{"tenant", tenant.id.value},
                                 {"listed", text_of(listed.size())},
                                 {"missed", text_of(count)},
                                 {"chats", text_of(found.known.size() + found.unknown.size())},
                                 {"new_chats", text_of(found.unknown.size())}});
  return found;
}

Result<std::optional<Reconciler::Missed>> Reconciler::missed_from(const TenantConfig& tenant,
                                                                  unipile::ListedMessage&& entry, Instant now,
                                                                  std::map<std::string, bool>& known_chats) {
  Missed missed;
  missed.facts.key = {tenant.id, kWhatsAppChannel, entry.chat_id};
  missed.facts.account = AccountId(tenant.unipile_account_id);
  missed.facts.created_at = now;
  std::visit([&](auto& message) { missed.event = std::move(message); }, entry.message);
  const bool without_time = unipile::fill_missing_time(missed.event, now);
  const InboundMessage& message = message_of(missed.event);
  missed.at = message.provider_time;
  const auto stored = finder_->message(missed.facts.key, message.provider_id);
  if (!stored) return stored.error();
  known_chats.emplace(entry.chat_id, stored->chat);
  if (!stored->text && entry.deleted) return std::optional<Missed>();
  if (!stored->text) {
    if (without_time) log::warn("reconcile.no_time", {{"tenant", tenant.id.value}, {"chat", entry.chat_id}});
    return std::optional(std::move(missed));
  }
  const bool changed = entry.edited && !message.text.empty() && message.text != *stored->text;
  if (!entry.deleted && !changed) return std::optional<Missed>();
  missed.at = Instant{};  // before everything else: neither what was taken back nor the old text is asked any more
  if (entry.deleted) {
    missed.event = MessageDeleted{message.provider_id, std::nullopt};
  } else {
    missed.event = MessageEdited{message.provider_id, message.text, std::nullopt};
  }
  return std::optional(std::move(missed));
}

Result<void> Reconciler::give_new(const TenantConfig& tenant, Chats&& chats, Instant now) {
  auto& troubled = troubled_[tenant.id];
  std::vector<std::string> ids;
  for (const auto& [chat, messages] : chats) ids.push_back(chat);
  // Last those that failed before: however many there are, they hold up nobody.
  std::stable_partition(ids.begin(), ids.end(),
                        [&troubled](const std::string& chat) { return troubled.count(chat) == 0; });
  Result<void> all;
  int failures = 0;
  for (const std::string& chat : ids) {
    auto messages = chats.extract(chat);
    const auto ours = complete(messages.mapped());
    if (!ours) {
      const bool unknown = ours.error().code == ErrorCode::not_found;
      const bool given_up = (troubled[chat] += unknown ? 1U : 0U) >= kUnknownMax;
      if (!given_up) all = ours.error();
      log::warn(given_up ? "reconcile.unknown_chat" : "reconcile.left_out",
                {{"tenant", tenant.id.value},
                 {"chat", chat},
                 {"messages", text_of(messages.mapped().size())},
                 {"detail", ours.error().detail}});
      // After some failures in a row it is the service that is in trouble, and each chat may cost a whole timeout.
      failures = unknown ? 0 : failures + 1;
      if (failures == kFailuresInARow) break;
      continue;
    }
    failures = 0;
    troubled.erase(chat);
    if (!*ours) continue;
    Chats one;
    one.insert(std::move(messages));
    if (auto given = give(std::move(one), tenant.policy, now); !given) return given;
  }
  return all;
}

Result<bool> Reconciler::complete(std::vector<Missed>& messages) {
  const auto chat = history_.chat(messages.front().facts.key.external_id);
  if (!chat) return chat.error();
  if (!chat->one_to_one) return false;
  for (Missed& missed : messages) {
    missed.facts.contact_name = chat->contact_name;
    missed.facts.contact_phone = chat->contact_phone;
    auto* contact = std::get_if<ContactMessage>(&missed.event);
    if (contact != nullptr && contact->sender_name.empty()) contact->sender_name = chat->contact_name;
  }
  return true;
}

Result<void> Reconciler::give(Chats&& chats, const Policy& policy, Instant now) {
  std::vector<Missed> all;
  for (auto& [id, messages] : chats) {
    put_in_order(messages, now - policy.late_after);
    std::move(messages.begin(), messages.end(), std::back_inserter(all));
  }
  for (std::size_t at = 0; at < all.size() && !stopping_;) {
    EventBatch batch(runtime_);
    for (const std::size_t end = std::min(all.size(), at + kAtOnce); at < end; ++at) {
      batch.add(std::move(all[at].facts), std::move(all[at].event));
    }
    if (auto stored = batch.wait(); !stored) return stored;
  }
  if (stopping_) return Error{ErrorCode::shutting_down, "stopped"};
  return {};
}

void Reconciler::keep_mark(const TenantConfig& tenant, Instant until) {
  tenants_.change(tenant.id, [&](TenantSettings& settings) {
    if (settings.unipile_account_id == tenant.unipile_account_id) settings.reconciled_until = until;
  });
}

}  // namespace sessioncore::server
