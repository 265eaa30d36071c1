#include "event_sinks.hpp"

namespace sessioncore::server {

void EventSinks::add(EventSink& sink) {
  sinks_.push_back(&sink);
}

void EventSinks::committed(const Commit& commit) {
  for (EventSink* sink : sinks_) sink->committed(commit);
}

}  // namespace sessioncore::server
