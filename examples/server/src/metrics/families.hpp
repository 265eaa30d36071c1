/// Short words for making the series of the metrics library. For the source files in this folder only.
#pragma once

#include <string>
#include <string_view>

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

namespace sessioncore::server {

using prometheus::Counter;
using prometheus::Gauge;
using prometheus::Histogram;
template <class Metric>
using Family = prometheus::Family<Metric>;
using Buckets = Histogram::BucketBoundaries;

inline Family<Counter>& counters(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}
inline Counter& counter(prometheus::Registry& registry, const char* name, const char* help) {
  return counters(registry, name, help).Add({});
}
inline Family<Gauge>& gauges(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
}
inline Gauge& gauge(prometheus::Registry& registry, const char* name, const char* help) {
  return gauges(registry, name, help).Add({});
}
inline Family<Histogram>& histograms(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
}
inline Histogram& histogram(prometheus::Registry& registry, const char* name, const char* help,
                            const Buckets& buckets) {
  return histograms(registry, name, help).Add({}, buckets);
}

/// The one series of a family whose only label has this value.
template <class Metric>
Metric& labelled(Family<Metric>& family, const char* label, std::string_view value) {
  return family.Add({{label, std::string(value)}});
}

}  // namespace sessioncore::server
