#include "sessioncore/unipile/channel.hpp"

#include "chat_queue.hpp"
#include "form.hpp"
#include "path_segment.hpp"
#include "sent_list.hpp"
#include "watched.hpp"

#include <thread>
#include <utility>

namespace sessioncore::unipile {
namespace {

using transport::HttpRequest;
using transport::Job;
using transport::ListJob;
using transport::not_allowed;
using transport::not_sent;
using transport::SendJob;
using Pushed = transport::ChatQueue::Pushed;

constexpr const char* kShuttingDown = "shutting down";

HttpRequest send_request(const ChatFacts& chat, const std::string& text) {
  // The account guards against a chat id of another account.
  std::vector<transport::FormField> fields = {{"text", text}};
  if (!chat.account.empty()) fields.push_back({"account_id", chat.account.value});
  auto form = transport::encode_form(fields);
  HttpRequest request;
  request.method = "POST";
  request.path = "/api/v1/chats/" + transport::percent_encode(chat.key.external_id) + "/messages";
  request.content_type = std::move(form.content_type);
  request.body = std::move(form.body);
  return request;
}

}  // namespace

class UnipileClient::Impl {
 public:
  Impl(ChannelOptions options, PostEvent post)
      : options_(std::move(options)), post_(std::move(post)), queue_(options_.queue_max, options_.account_workers) {
    if (auto checked = check(options_); !checked) {
      refusal_ = checked.error().detail;
      log(LogLevel::error, "unipile: " + refusal_);
      return;
    }
    threads_.emplace_back([this] { work(); });  // whoever cannot start a thread has no channel
  }
  ~Impl() { stop(); }

  void add(Job job) {
    if (!transport::is_segment(job.chat.key.external_id)) return report(job, not_allowed("the chat has no usable id"));
    if (!refusal_.empty()) return report(job, not_allowed(refusal_));
    switch (queue_.push(job)) {
      case Pushed::yes:
        watch_.look();  // a list of the chat may hang
        return help();
      case Pushed::full: return report(job, not_sent("too many messages are waiting to be sent"));
      case Pushed::closed: return withdraw(job, kShuttingDown);
    }
  }

  void recall(const ChatId& chat, const SendId& id) {
    if (const auto job = queue_.recall(chat, id)) withdraw(*job, "taken back");
  }

  void stop() {
    const std::lock_guard one_at_a_time(stop_mutex_);
    for (const auto& job : queue_.close()) withdraw(job, kShuttingDown);
    if (!queue_.wait_idle(options_.drain_timeout)) watch_.cut_all("cut off by the shutdown");
    for (auto& thread : no_more_threads()) thread.join();
  }

 private:
  // One more worker, if all have work and there may be one more. Without it the job waits for the others.
  void help() {
    if (!queue_.is_short_of_takers()) return;
    const std::lock_guard one_at_a_time(threads_mutex_);
    if (stopped_ || threads_.size() >= options_.workers) return;
    try {
      threads_.emplace_back([this] { work(); });
    } catch (const std::exception& problem) {
      log(LogLevel::warning, "unipile: no thread for one more request: " + std::string(problem.what()));
    }
  }

  std::vector<std::thread> no_more_threads() {
    const std::lock_guard lock(threads_mutex_);
    stopped_ = true;
    return std::exchange(threads_, {});
  }

  void log(LogLevel level, const std::string& line) const {
    if (options_.log) options_.log(level, line);
  }

  void work() {
    transport::HttpClient client(options_);
    while (auto job = queue_.take()) {
      try {
        run(client, *job);
      } catch (const std::exception&) {
        // Out of memory at the worst moment: whether the request had left is not known.
        report(*job, {Exchange::End::interrupted, 0, {}, "internal error"});
      }
      queue_.done(*job);
    }
  }

  void run(transport::HttpClient& client, const Job& job) {
    if (const auto* send = std::get_if<SendJob>(&job.what)) {
      report(job, transport::perform(watch_, client, send_request(job.chat, send->text), options_.total_timeout));
    } else {
      list_sent(client, job.chat, std::get<ListJob>(job.what).since);
    }
  }

  // A list may help the core to decide. One that hangs must not hold up what it has decided meanwhile.
  void list_sent(transport::HttpClient& client, const ChatFacts& chat, Instant since) {
    const auto perform = [&](const HttpRequest& request) {
      return transport::perform(watch_, client, request, options_.total_timeout,
                                [&] { return queue_.has_send(chat.id) ? "given up for a send of the chat" : nullptr; });
    };
    auto list = transport::list_sent(perform, chat.key.external_id, since);
    if (!list.problem.empty()) {
      log(LogLevel::warning, "unipile: listing chat " + chat.id.value + " failed: " + list.problem);
    }
    for (auto& message : list.messages) post_(chat.id, std::move(message));
  }

  // No attempt has been made, and none will be.
  void withdraw(const Job& job, const char* why) const {
    const auto* send = std::get_if<SendJob>(&job.what);
    if (send == nullptr) return report(job, not_sent(why));
    post_(job.chat.id, SendFailed{send->id, SendFailure::withdrawn, why});
  }

  // Tells the engine how a send ended; a list that could not be made is only logged.
  void report(const Job& job, const Exchange& exchange) const {
    const auto* send = std::get_if<SendJob>(&job.what);
    if (send == nullptr) {
      log(LogLevel::warning, "unipile: listing chat " + job.chat.id.value + " failed: " + describe_failure(exchange));
      return;
    }
    auto event = read_send_reply(send->id, exchange);
    if (const auto* failed = std::get_if<SendFailed>(&event)) {
      log(LogLevel::warning,
          "unipile: sending " + message_id(job.chat.id, send->id.message) + " failed: " + failed->detail);
    }
    post_(job.chat.id, std::move(event));
  }

  const ChannelOptions options_;
  const PostEvent post_;
  std::string refusal_;
  transport::ChatQueue queue_;
  adapters::ExchangeWatch watch_;
  std::mutex stop_mutex_;
  std::mutex threads_mutex_;
  bool stopped_ = false;
  std::vector<std::thread> threads_;  // last: they use the others
};

UnipileClient::UnipileClient(ChannelOptions options, PostEvent post)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(post))) {}
UnipileClient::~UnipileClient() = default;

void UnipileClient::send(const ChatFacts& chat, const SendId& send, const std::string& text) {
  impl_->add({chat, SendJob{send, text}});
}

void UnipileClient::recall(const ChatFacts& chat, const SendId& send) {
  impl_->recall(chat.id, send);
}

void UnipileClient::list_sent(const ChatFacts& chat, Instant since) {
  impl_->add({chat, ListJob{since}});
}

void UnipileClient::stop() {
  impl_->stop();
}

}  // namespace sessioncore::unipile
