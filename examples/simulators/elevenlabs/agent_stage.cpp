#include "agent_stage.hpp"

#include "option_fields.hpp"

#include <algorithm>
#include <random>

namespace sessioncore::simulators {

namespace {

constexpr std::size_t kClosedKept = 2000;  // conversations remembered after their end

std::string unescaped(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && std::isxdigit(static_cast<unsigned char>(text[i + 1])) != 0 &&
        std::isxdigit(static_cast<unsigned char>(text[i + 2])) != 0) {
      out += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

}  // namespace

void split_target(const std::string& target, std::string& path, std::map<std::string, std::string>& query) {
  const auto mark = target.find('?');
  path = target.substr(0, mark);
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  if (mark == std::string::npos) return;
  std::size_t from = mark + 1;
  while (from <= target.size()) {
    const auto end = std::min(target.find('&', from), target.size());
    const auto pair = target.substr(from, end - from);
    const auto equals = pair.find('=');
    if (!pair.empty()) {
      query[unescaped(pair.substr(0, equals))] = equals == std::string::npos ? "" : unescaped(pair.substr(equals + 1));
    }
    from = end + 1;
  }
}

AgentStage::AgentStage(ElevenLabsSimulator::Config configuration) : config(std::move(configuration)) {
  if (!config.options_json.empty()) options.put(parse_json(config.options_json));
}

// Ids differ between runs, as those of the service do: a client that keeps a database must not see one twice.
std::string AgentStage::new_id(const char* prefix) {
  static const char* const kDigits = "0123456789abcdefghjkmnpqrstvwxyz";
  std::random_device source;
  std::string id = prefix;
  for (int i = 0; i < 4; ++i) {
    auto bits = source();
    for (int digit = 0; digit < 6; ++digit, bits >>= 5) id += kDigits[bits & 31U];
  }
  return id;
}

bool AgentStage::knows_agent(const std::string& agent_id) const {
  return std::find(config.agent_ids.begin(), config.agent_ids.end(), agent_id) != config.agent_ids.end();
}

std::string AgentStage::make_signed_url(const std::string& agent_id, const std::string& host, bool with_conversation) {
  const auto signature = new_id("cvtkn_");
  SignedUrl url;
  url.agent_id = agent_id;
  url.expires_at_ms = wall_clock_ms() + options.door().signed_url_ttl_ms;
  url.single_use = with_conversation;
  if (with_conversation) url.conversation_id = new_id("conv_");
  auto text = "ws://" + host + "/v1/convai/conversation?agent_id=" + agent_id + "&conversation_signature=" + signature;
  if (with_conversation) text += "&conversation_id=" + url.conversation_id;
  signed_urls[signature] = std::move(url);
  return text;
}

Admission AgentStage::admit(const std::map<std::string, std::string>& query) {
  const auto door = options.door();
  Admission result;
  const auto value = [&](const char* name) {
    const auto found = query.find(name);
    return found == query.end() ? std::string() : found->second;
  };
  const auto refuse = [&](const std::string& why) {
    ++refused_connects;
    if (door.bad_signature == "http") {
      result.http_status = 403;
    } else {
      result.close_code = 1008;
      result.error_type = "authorization_error";
    }
    result.message = why;
    return result;
  };
  result.agent_id = value("agent_id");
  if (!knows_agent(result.agent_id)) return refuse("Unknown agent");
  const auto signature = value("conversation_signature");
  if (signature.empty() && door.require_signature) return refuse("A signed URL is required");
  if (!signature.empty()) {
    const auto found = signed_urls.find(signature);
    if (found == signed_urls.end() || found->second.agent_id != result.agent_id) return refuse("Invalid signature");
    auto& url = found->second;
    if (url.expires_at_ms < wall_clock_ms()) return refuse("The signed URL has expired");
    if (url.single_use && url.used) return refuse("The signed URL was used before");
    url.used = true;
    result.conversation_id = url.conversation_id;
  }
  if (result.conversation_id.empty()) result.conversation_id = new_id("conv_");
  const auto open = static_cast<std::int64_t>(open_conversations().size());
  if (door.max_conversations > 0 && open >= door.max_conversations) {
    result.close_code = 3008;
    result.error_type = "too_many_conversations";
    result.message = "Too many concurrent conversations";
  }
  return result;
}

std::shared_ptr<Conversation> AgentStage::add(Conversation::Identity identity, Wire& wire) {
  auto conversation = std::make_shared<Conversation>(std::move(identity), options, wire);
  if (conversations.size() > 2 * kClosedKept) {
    auto closed = conversations.size() - open_conversations().size();
    const auto surplus = [&](const auto& item) { return !item->is_open() && closed-- > kClosedKept; };
    conversations.erase(std::remove_if(conversations.begin(), conversations.end(), surplus), conversations.end());
  }
  conversations.push_back(conversation);
  return conversation;
}

void AgentStage::reset(bool keep_options) {
  const auto open = open_conversations();
  for (const auto& conversation : open) conversation->abort();
  conversations.clear();
  signed_urls.clear();
  signed_url_requests = refused_connects = 0;
  if (!keep_options) options.reset();
}

std::vector<std::shared_ptr<Conversation>> AgentStage::open_conversations() const {
  std::vector<std::shared_ptr<Conversation>> open;
  std::copy_if(conversations.begin(), conversations.end(), std::back_inserter(open),
               [](const auto& item) { return item->is_open(); });
  return open;
}

std::shared_ptr<Conversation> AgentStage::find(const std::string& conversation_id) const {
  const auto found = std::find_if(conversations.begin(), conversations.end(),
                                  [&](const auto& item) { return item->identity().id == conversation_id; });
  return found == conversations.end() ? nullptr : *found;
}

}  // namespace sessioncore::simulators
