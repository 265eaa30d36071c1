#include "metrics/metrics.hpp"

#include "metrics/families.hpp"
#include "metrics/process_stats.hpp"

#include <mutex>
#include <sstream>

#include <prometheus/text_serializer.h>

namespace sessioncore::server {

namespace {

const Buckets kBatchBuckets = {1, 2, 4, 8, 16, 32, 64, 128, 256};
const Buckets kCommitBuckets = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5};

/// A counter whose value is kept elsewhere: brings it up to date.
void catch_up(Counter& counter, double value) {
  const double behind = value - counter.Value();
  if (behind > 0) counter.Increment(behind);
}

}  // namespace

struct Metrics::Impl {
  prometheus::Registry registry;
  ChatMetrics chats{registry};
  HttpMetrics http{registry};
  Histogram& batch_size =
      histogram(registry, "sessiond_commit_batch_size", "Steps stored in one transaction.", kBatchBuckets);
  Histogram& commit_seconds = histogram(registry, "sessiond_commit_seconds",
                                        "The store's transaction alone, also one that failed.", kCommitBuckets);
  Counter& commit_failures = counter(registry, "sessiond_commit_failures_total", "Transactions that failed.");

  std::mutex mutex;  // of what is filled in when somebody asks
  Gauge& queue_depth = gauge(registry, "sessiond_engine_queue_depth", "Inputs that wait for the engine.");
  Counter& inputs = counter(registry, "sessiond_engine_inputs_total", "Inputs that the engine has run.");
  Counter& refused = counter(registry, "sessiond_engine_refused_total", "Inputs refused because the queue was full.");
  Counter& cpu_seconds = counter(registry, "process_cpu_seconds_total", "User and system time spent.");
  Gauge& memory = gauge(registry, "process_resident_memory_bytes", "Resident memory.");
  Gauge& open_files = gauge(registry, "process_open_fds", "Open file descriptors.");
  Gauge& max_files = gauge(registry, "process_max_fds", "File descriptors that may be open.");
  Gauge& start_time = gauge(registry, "process_start_time_seconds", "When the process started, in seconds since 1970.");

  void fill_in(const RuntimeStats& runtime);
};

void Metrics::Impl::fill_in(const RuntimeStats& runtime) {
  queue_depth.Set(static_cast<double>(runtime.queued));
  catch_up(inputs, static_cast<double>(runtime.inputs));
  catch_up(refused, static_cast<double>(runtime.refused));
  const ProcessStats process = process_stats();
  catch_up(cpu_seconds, process.cpu_seconds);
  memory.Set(process.resident_bytes);
  open_files.Set(process.open_files);
  max_files.Set(process.max_files);
}

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {
  gauges(impl_->registry, "sessiond_build_info", "Always 1; the label tells the version.")
      .Add({{"version", SESSIOND_VERSION}})
      .Set(1);
  impl_->start_time.Set(std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count());
}

Metrics::~Metrics() = default;

ChatMetrics& Metrics::chats() {
  return impl_->chats;
}
HttpMetrics& Metrics::http() {
  return impl_->http;
}

void Metrics::stored(const BatchStats& batch) {
  impl_->batch_size.Observe(static_cast<double>(batch.commits));
  impl_->commit_seconds.Observe(std::chrono::duration<double>(batch.took).count());
  if (!batch.ok) impl_->commit_failures.Increment();
}

std::string Metrics::text(const RuntimeStats& runtime) {
  const std::lock_guard lock(impl_->mutex);
  impl_->fill_in(runtime);
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, impl_->registry.Collect());
  return out.str();
}

}  // namespace sessioncore::server
