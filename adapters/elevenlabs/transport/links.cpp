#include "transport/links.hpp"

#include "codec/classify.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#ifndef SESSIONCORE_VERSION
#define SESSIONCORE_VERSION "0"
#endif

namespace sessioncore::elevenlabs {

namespace {

constexpr int kNormalClose = 1000;
constexpr int kNoCode = 1005;  // of a close frame without one
constexpr int kAbnormalClose = 1006;
constexpr const char* kCloseReason = "User ended conversation";
constexpr const char* kAgentEnded = "the agent ended the conversation";
constexpr std::size_t kMostHeld = 64;  // frames; a question with its context is two

WebSocketOptions socket_options(const Options& options, const Addresses& addresses, std::function<void()> tick) {
  WebSocketOptions result;
  result.ca_file = options.ca_file;
  result.proxy = addresses.proxy;
  result.user_agent = std::string("sessioncore/") + SESSIONCORE_VERSION;
  result.subprotocol = "convai";
  result.open_timeout = options.open_timeout;
  result.close_timeout = options.close_timeout;
  result.ping_interval = options.ping_interval;
  result.pong_timeout = options.pong_timeout;
  result.stop_timeout = options.shutdown_timeout;
  result.tick_hint = options.activity_interval;
  for (const auto wait : {options.late_reply_wait, options.last_reply_wait}) {
    if (wait.count() > 0) result.tick_hint = std::min(result.tick_hint, wait);
  }
  result.max_message_bytes = options.max_message_bytes;
  result.max_buffered_bytes = options.max_buffered_bytes;
  result.tick = std::move(tick);
  if (options.log) {
    result.on_internal = [log = options.log](const std::string& what) {
      log(LogLevel::warning, "elevenlabs: contained an exception: " + what);
    };
  }
  return result;
}

SignedUrlOptions signed_url_options(const Options& options, const Addresses& addresses) {
  SignedUrlOptions result;
  result.base_url = addresses.base_url;
  result.api_key = options.api_key;
  result.ca_file = options.ca_file;
  result.proxy = addresses.proxy;
  result.connect_timeout = options.connect_timeout;
  result.request_timeout = options.request_timeout;
  result.workers = options.signed_url_workers;
  result.max_pending = options.max_pending_opens;
  return result;
}

}  // namespace

ElevenLabsConnector::Links::Links(Options options, const Addresses& addresses, PostEvent post)
    : options_(std::move(options)),
      post_(std::move(post)),
      sockets_(socket_options(options_, addresses, [this] { tick(); })),
      signed_urls_(signed_url_options(options_, addresses)) {}

ElevenLabsConnector::Links::~Links() {
  shutdown();
}

// ---- what the engine asks for --------------------------------------------------------------------------------------

void ElevenLabsConnector::Links::open(const LinkId& id, const AgentId& agent, const ChatFacts& chat) {
  sockets_.post([this, id, name = service_id_of(agent, chat), initiation = initiation_for(chat)] {
    begin(id, name, initiation);
  });
}

void ElevenLabsConnector::Links::ask(const LinkId& id, const std::string& context, const std::string& question) {
  auto told = context.empty() ? std::string() : encode_context(context);
  sockets_.post([this, id, told = std::move(told), asked = encode_question(question)] {
    const auto serial = serial_of(id);
    auto* link = find(serial);
    if (link == nullptr || !link->ready) return log(LogLevel::warning, id, "not asked: the link is not ready");
    // It would not be answered any more, and a last text that still comes would pass for its answer.
    if (link->over_at) return finish(serial, LinkLoss::clean, kAgentEnded);
    link->answer_due = true;
    ++link->asked;
    if (!told.empty()) say(serial, told);
    say(serial, asked);
    note_question(serial);
  });
}

void ElevenLabsConnector::Links::answer_tool(const LinkId& id, const std::string& call_id, bool ok) {
  sockets_.post([this, id, result = encode_tool_result(call_id, ok)] { say(serial_of(id), result); });
}

void ElevenLabsConnector::Links::close(const LinkId& id) {
  sockets_.post([this, id] {
    const auto serial = serial_of(id);
    auto* link = find(serial);
    if (link == nullptr || link->leave_at) return;
    // People who took over want to see what the agent was about to say, so its answer is still listened for.
    const bool listens = link->answer_due && options_.late_reply_wait.count() > 0;
    log(LogLevel::info, id, listens ? "closed by us, listening for a late reply" : "closed by us");
    if (!listens) return forget(serial);
    link->leave_at = Clock::now() + options_.late_reply_wait;
  });
}

void ElevenLabsConnector::Links::shutdown() {
  stopping_ = true;
  signed_urls_.stop();
  sockets_.stop();
  count_ = 0;
}

// ---- a link's life -------------------------------------------------------------------------------------------------

/// Empty if the caller's own function fails: its exception must not reach the engine.
std::string ElevenLabsConnector::Links::service_id_of(const AgentId& agent, const ChatFacts& chat) const {
  if (!options_.service_agent_id) return agent.value;
  try {
    return options_.service_agent_id(agent, chat);
  } catch (const std::exception&) {
    return {};
  }
}

std::string ElevenLabsConnector::Links::initiation_for(const ChatFacts& chat) const {
  Initiation initiation;
  initiation.text_only_override = options_.text_only_override;
  initiation.first_message = options_.first_message_override;
  initiation.language = options_.language_override;
  initiation.dynamic_variables = options_.dynamic_variables;
  if (options_.send_user_id) initiation.user_id = chat.id.value;
  if (options_.send_contact_name) initiation.dynamic_variables["contact_name"] = chat.contact_name;
  return encode_initiation(initiation);
}

void ElevenLabsConnector::Links::begin(const LinkId& id, const std::string& agent, std::string initiation) {
  if (serial_of(id) != 0) return;
  if (links_.size() >= options_.max_links) {
    log(LogLevel::warning, id, "refused: too many links");
    return report(id, LinkClosed{id.generation, LinkLoss::busy, "too many links"});
  }
  const auto serial = ++last_serial_;
  auto& link = links_[serial];
  serials_[id] = serial;
  count_ = links_.size();
  link.id = id;
  link.initiation = std::move(initiation);
  link.wanted = std::make_shared<std::atomic<bool>>(true);
  if (agent.empty()) return finish(serial, LinkLoss::refused, "the agent has no id at the service");
  const bool accepted = signed_urls_.fetch(agent, link.wanted, [this, serial](const SignedUrl& answer) {
    sockets_.post([this, serial, answer] { connect(serial, answer); });
  });
  if (!accepted) finish(serial, LinkLoss::busy, "too many links are being opened");
}

void ElevenLabsConnector::Links::connect(Serial serial, const SignedUrl& answer) {
  auto* link = find(serial);
  if (link == nullptr || stopping_) return;
  if (!answer.url) return finish(serial, answer.loss, answer.detail);
  SocketHandler handler;
  handler.opened = [this, serial] { on_open(serial); };
  handler.text = [this, serial](const std::string& text) { on_text(serial, text); };
  handler.binary = [this, serial] { on_binary(serial); };
  handler.ended = [this, serial](const SocketEnd& end) { on_ended(serial, end); };
  link->socket = sockets_.connect(*answer.url, std::move(handler));
}

void ElevenLabsConnector::Links::on_open(Serial serial) {
  auto* link = find(serial);
  if (link == nullptr) return;
  log(LogLevel::debug, link->id, "connected");
  const auto initiation = std::exchange(link->initiation, {});
  sockets_.send(link->socket, initiation);
}

void ElevenLabsConnector::Links::on_text(Serial serial, const std::string& text) {
  auto* link = find(serial);
  if (link == nullptr) return;
  std::visit([&](const auto& frame) { handle(serial, *link, frame); }, decode(text));
}

void ElevenLabsConnector::Links::on_binary(Serial serial) {
  auto* link = find(serial);
  if (link != nullptr) handle(serial, *link, Malformed{"it is binary"});
}

void ElevenLabsConnector::Links::on_ended(Serial serial, const SocketEnd& end) {
  auto* link = find(serial);
  if (link == nullptr) return;
  link->socket = 0;
  if (!end.opened) return finish(serial, classify_handshake_status(end.http_status), end.detail);
  if (link->over_at) return finish(serial, LinkLoss::clean, kAgentEnded);
  // An announced close that comes as a bare end of the connection, or without a code, is still the announced one.
  const auto& announced = link->last_error;
  const bool bare = end.code == kAbnormalClose || end.code == kNoCode;
  const int code = bare && announced.code != 0 ? announced.code : end.code;
  auto detail = end.detail + " (" + std::to_string(code);
  if (!announced.type.empty()) detail += ", " + announced.type;
  finish(serial, classify_close(code, announced.type), detail + ")");
}

/// An open link without input for a minute is ended by the service.
bool ElevenLabsConnector::Links::wants_activity(const Link& link, Clock::time_point now) const {
  return link.ready && !link.leave_at && !link.over_at && !link.in_queue &&
         now - link.last_input >= options_.activity_interval;
}

void ElevenLabsConnector::Links::tick() {
  const auto now = Clock::now();
  std::vector<Serial> quiet;
  std::vector<Serial> left;
  std::vector<Serial> over;
  for (const auto& [serial, link] : links_) {
    if (link.leave_at && now >= *link.leave_at) {
      left.push_back(serial);
    } else if (link.over_at && now >= *link.over_at) {
      over.push_back(serial);
    } else if (wants_activity(link, now)) {
      quiet.push_back(serial);
    }
  }
  for (const auto serial : left) forget(serial);
  for (const auto serial : over) finish(serial, LinkLoss::clean, kAgentEnded);
  for (const auto serial : quiet) say(serial, encode_activity());
}

// ---- frames --------------------------------------------------------------------------------------------------------

void ElevenLabsConnector::Links::handle(Serial, Link& link, const Ready& frame) {
  if (std::exchange(link.ready, true)) return;
  link.last_input = Clock::now();
  log(LogLevel::info, link.id, "ready");
  report(link.id, LinkReady{link.id.generation, frame.conversation_id});
}

void ElevenLabsConnector::Links::handle(Serial serial, Link& link, const Reply& frame) {
  link.last_error = {};  // the conversation went on after it
  log(LogLevel::debug, link.id, frame.text.empty() ? "empty reply" : link.written > 0 ? "reply" : "greeting");
  report(link.id, AgentReplied{link.id.generation, frame.event_id, frame.text, link.written});
  // An empty text is no answer, and what was asked meanwhile is still to be answered.
  if (frame.text.empty() || link.written < link.asked) return;
  link.answer_due = false;
  if (link.leave_at) forget(serial);
}

void ElevenLabsConnector::Links::handle(Serial, Link&, const Part&) {}

void ElevenLabsConnector::Links::handle(Serial, Link& link, const Ping& frame) {
  sockets_.send(link.socket, encode_pong(frame.event_id));
}

void ElevenLabsConnector::Links::handle(Serial, Link& link, const ToolCall& frame) {
  if (link.leave_at) return;  // the question is no longer the agent's
  log(LogLevel::info, link.id, "tool call");
  report(link.id, AgentToolCalled{link.id.generation, frame.name, frame.call_id, frame.parameters});
}

void ElevenLabsConnector::Links::handle(Serial serial, Link& link, const AgentEnded&) {
  if (options_.last_reply_wait.count() == 0) return finish(serial, LinkLoss::clean, kAgentEnded);
  if (link.over_at) return;
  // Its goodbye may follow: the tool may finish before the text does.
  log(LogLevel::info, link.id, "the agent ended the conversation, listening for its last text");
  link.over_at = Clock::now() + options_.last_reply_wait;
}

void ElevenLabsConnector::Links::handle(Serial, Link& link, const ServerError& frame) {
  link.last_error = frame;
  const auto type = frame.type.empty() ? std::string("unnamed") : frame.type;
  log(LogLevel::warning, link.id, "error event " + type + " (" + std::to_string(frame.code) + ")");
}

void ElevenLabsConnector::Links::handle(Serial serial, Link& link, const Queue& frame) {
  if (frame.status == "timed_out") return finish(serial, LinkLoss::busy, "no free place at the service");
  link.in_queue = frame.status == "waiting";
  if (link.in_queue) return log(LogLevel::info, link.id, "waiting in the service's queue");
  for (auto& text : std::exchange(link.held, {})) say(serial, std::move(text));
  note_question(serial);
}

void ElevenLabsConnector::Links::handle(Serial, Link&, const Correction&) {}

void ElevenLabsConnector::Links::handle(Serial, Link&, const Info&) {}

void ElevenLabsConnector::Links::handle(Serial, Link& link, const Malformed& frame) {
  log(LogLevel::warning, link.id, "frame not understood: " + frame.why);
}

// ---- common parts --------------------------------------------------------------------------------------------------

void ElevenLabsConnector::Links::report(const LinkId& id, Event event) const {
  if (!stopping_) post_(id.chat, std::move(event));
}

/// May end the link.
void ElevenLabsConnector::Links::say(Serial serial, std::string text) {
  auto* link = find(serial);
  if (link == nullptr) return;
  if (link->in_queue) {
    if (link->held.size() >= kMostHeld) return finish(serial, LinkLoss::busy, "still no free place at the service");
    return link->held.push_back(std::move(text));
  }
  link->last_input = Clock::now();
  sockets_.send(link->socket, text);
}

/// Reads and writes have one thread, so this is the true order of the questions and of what is read.
void ElevenLabsConnector::Links::note_question(Serial serial) {
  auto* link = find(serial);
  if (link != nullptr && !link->in_queue) link->written = link->asked;
}

void ElevenLabsConnector::Links::finish(Serial serial, LinkLoss loss, const std::string& detail) {
  const auto* link = find(serial);
  if (link == nullptr) return;
  const auto id = link->id;
  const bool left = link->leave_at.has_value();
  forget(serial);
  if (left) return;  // nobody waits for it any more
  log(loss == LinkLoss::clean ? LogLevel::info : LogLevel::warning, id, "link closed: " + detail);
  report(id, LinkClosed{id.generation, loss, detail});
}

void ElevenLabsConnector::Links::forget(Serial serial) {
  const auto found = links_.find(serial);
  const auto link = std::move(found->second);
  links_.erase(found);
  serials_.erase(link.id);
  count_ = links_.size();
  *link.wanted = false;
  if (link.socket != 0) sockets_.leave(link.socket, kNormalClose, kCloseReason);
}

ElevenLabsConnector::Links::Link* ElevenLabsConnector::Links::find(Serial serial) {
  const auto found = links_.find(serial);
  return found == links_.end() ? nullptr : &found->second;
}

ElevenLabsConnector::Links::Serial ElevenLabsConnector::Links::serial_of(const LinkId& id) const {
  const auto found = serials_.find(id);
  return found == serials_.end() ? 0 : found->second;
}

void ElevenLabsConnector::Links::log(LogLevel level, const LinkId& id, const std::string& what) const {
  if (!options_.log) return;
  options_.log(level, "elevenlabs: chat " + id.chat.value + " link " + std::to_string(id.generation) + ": " + what);
}

}  // namespace sessioncore::elevenlabs
