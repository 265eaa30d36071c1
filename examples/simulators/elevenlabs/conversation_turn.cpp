// Turns: what the agent does after a user message, as a list of delayed steps.

#include "conversation.hpp"
#include "frames.hpp"
#include "option_fields.hpp"
#include "option_store.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace sessioncore::simulators {

using nlohmann::json;

namespace {

std::string filled(std::string reply, const std::string& text) {
  static const std::string kPlaceholder = "{text}";
  for (auto at = reply.find(kPlaceholder); at != std::string::npos; at = reply.find(kPlaceholder, at + text.size())) {
    reply.replace(at, kPlaceholder.size(), text);
  }
  return reply;
}

// Pieces as a streaming model would send them: about a word each, blanks kept.
std::vector<std::string> pieces(const std::string& text) {
  std::vector<std::string> list;
  std::size_t from = 0;
  while (from < text.size()) {
    const auto blank = text.find(' ', from);
    const auto end = blank == std::string::npos ? text.size() : blank + 1;
    list.push_back(text.substr(from, end - from));
    from = end;
  }
  return list;
}

}  // namespace

void Conversation::respond(const std::string& text, std::int64_t event_id) {
  transcript_.push_back({"agent", text, wall_clock_ms()});
  if (plan_.agent_response_enabled) send(frames::agent_response(text, event_id));
}

void Conversation::start_turn(const std::string& text) {
  if (plan_.interrupt_on_new_message) interrupt_outstanding();
  auto turn = std::make_shared<Turn>();
  turn->event_id = next_event_id_++;
  turn->text = text;
  turn->plan = options_.take_turn(text, connection_patch_);
  turn->held = turn->plan.hold;
  turns_.push_back(turn);
  plan_steps(turn);
  if (!turn->held) run(turn);
}

void Conversation::interrupt_outstanding() {
  for (const auto& turn : turns_) {
    if (turn->done || turn->cancelled) continue;
    turn->cancelled = true;
    send(frames::interruption(turn->event_id));
  }
}

// The steps refer to the turn weakly: the turn owns them.
void Conversation::plan_steps(const std::shared_ptr<Turn>& turn) {
  const auto& plan = turn->plan;
  turn->steps.push_back({plan.reply_delay_ms, [turn_ = std::weak_ptr<Turn>(turn)] {
                           if (const auto strong = turn_.lock()) strong->answering = true;
                         }});
  if (plan.unknown_events) {
    turn->steps.push_back({0, [this, id = turn->event_id] {
                             for (auto& frame : frames::unknown_events(id)) send(frame);
                           }});
  }
  if (plan.side_events) {
    turn->steps.push_back({0, [this, id = turn->event_id, text = turn->text] {
                             for (auto& frame : frames::side_events(text, id)) send(frame);
                           }});
  }
  if (plan.close_when == "before") plan_ending(turn);
  if (!plan.late_final.empty()) {
    const auto self = std::find(turns_.begin(), turns_.end(), turn);
    const auto older = self == turns_.begin() ? 0 : (*std::prev(self))->event_id;
    turn->steps.push_back({0, [this, older, text = plan.late_final] { respond(text, older); }});
  }
  if (plan.tool_when == "before") plan_tool(turn);
  if (!plan.silent) plan_replies(turn);
  if (plan.tool_when == "after") plan_tool(turn);
  if (!plan.follow_up.empty()) {
    turn->steps.push_back({plan.follow_up_delay_ms,
                           [this, text = filled(plan.follow_up, turn->text)] { respond(text, next_event_id_++); }});
  }
  if (plan.end_call) {
    turn->steps.push_back({0, [this, id = turn->event_id] {
                             send(frames::end_call("tc_end", id));
                             shut(1000, "Agent ended the conversation");
                           }});
  }
  if (plan.close_when == "after") plan_ending(turn);
}

void Conversation::plan_ending(const std::shared_ptr<Turn>& turn) {
  const auto& plan = turn->plan;
  if (plan.reset) turn->steps.push_back({0, [this] { abort(); }});
  if (plan.close_code == 0) return;
  turn->steps.push_back({0, [this, code = static_cast<int>(plan.close_code), type = plan.close_error_type,
                             event = plan.close_error_event] { end(code, type, event); }});
}

void Conversation::plan_tool(const std::shared_ptr<Turn>& turn) {
  const auto& plan = turn->plan;
  if (plan.tool_call.empty()) return;
  turn->steps.push_back({0, [this, turn_ = std::weak_ptr<Turn>(turn)] {
                           const auto strong = turn_.lock();
                           if (!strong) return;
                           const auto id = call_tool(strong->plan.tool_call, strong->plan.tool_parameters);
                           if (strong->plan.tool_wait_result) strong->awaited_tool_call = id;
                         }});
}

void Conversation::plan_replies(const std::shared_ptr<Turn>& turn) {
  const auto& plan = turn->plan;
  if (plan.empty_first) turn->steps.push_back({0, [this, id = turn->event_id] { respond("", id); }});
  std::string last;
  for (std::size_t i = 0; i < plan.replies.size(); ++i) {
    last = filled(plan.replies[i], turn->text);
    const auto gap = i == 0 ? 0 : plan.reply_gap_ms;
    const auto event_id = i == 0 || plan.same_event_id ? turn->event_id : next_event_id_++;
    if (plan.parts) plan_parts(turn, last, event_id);
    turn->steps.push_back({gap, [this, text = last, event_id] { respond(text, event_id); }});
  }
  if (plan.corrected.empty()) return;
  turn->steps.push_back({0, [this, original = last, text = filled(plan.corrected, turn->text), id = turn->event_id] {
                           send(frames::interruption(id));
                           send(frames::correction(original, text, id));
                         }});
}

void Conversation::plan_parts(const std::shared_ptr<Turn>& turn, const std::string& text, std::int64_t event_id) {
  turn->steps.push_back({0, [this, event_id] { send(frames::response_part("start", "", event_id)); }});
  for (const auto& piece : pieces(text)) {
    turn->steps.push_back(
        {turn->plan.part_gap_ms, [this, piece, event_id] { send(frames::response_part("delta", piece, event_id)); }});
  }
  turn->steps.push_back({0, [this, event_id] { send(frames::response_part("stop", "", event_id)); }});
}

void Conversation::run(const std::shared_ptr<Turn>& turn) {
  while (open_ && !closing_ && !turn->cancelled && turn->awaited_tool_call.empty() && !turn->steps.empty()) {
    if (turn->steps.front().delay_ms > 0) {
      const auto delay = turn->steps.front().delay_ms;
      turn->steps.front().delay_ms = 0;
      return later(delay, [this, turn] { run(turn); });
    }
    const auto step = std::move(turn->steps.front());
    turn->steps.pop_front();
    step.action();
  }
  if (turn->steps.empty() && turn->awaited_tool_call.empty()) turn->done = true;
}

std::int64_t Conversation::say(const std::string& text, std::int64_t event_id) {
  const auto id = event_id > 0 ? event_id : next_event_id_++;
  respond(text, id);
  return id;
}

void Conversation::send_raw(const json& frame) {
  send(frame);
}

std::string Conversation::call_tool(const std::string& name, const std::string& parameters) {
  const auto id = "tc_" + std::to_string(next_tool_call_++);
  send(frames::tool_call(name, id, parameters, next_event_id_ - 1));
  return id;
}

void Conversation::end(int code, const std::string& error_type, bool error_event) {
  const auto type = error_type.empty() ? frames::usual_error_type(code) : error_type;
  if (error_event) send(frames::error(code, type, "Planned by the test"));
  shut(code, type);
}

void Conversation::abort() {
  if (!open_ || closing_) return;
  closing_ = true;
  wire_.reset();
}

int Conversation::held() const {
  return static_cast<int>(
      std::count_if(turns_.begin(), turns_.end(), [](const auto& turn) { return turn->held && !turn->cancelled; }));
}

int Conversation::release_held(const std::string& instead) {
  int released = 0;
  const auto turns = turns_;
  for (const auto& turn : turns) {
    if (!turn->held || turn->cancelled) continue;
    turn->held = false;
    ++released;
    if (!instead.empty()) {
      turn->plan.replies = {instead};
      turn->steps.clear();
      plan_steps(turn);
    }
    turn->steps.front().delay_ms = 0;
    run(turn);
  }
  return released;
}

void Conversation::queue_done() {
  if (!queue_waiting_) return;
  queue_waiting_ = false;
  send(frames::queue_status("connected"));
}

}  // namespace sessioncore::simulators
