// The CUDA graphs of one plan on one stream.
#include "engine/tensorrt/graphs.h"

#include <algorithm>

namespace pdfnet::tensorrt {

const CapturedGraph* Graphs::find(const Bindings& bindings) {
  ++enqueued_;
  for (CapturedGraph& graph : graphs_) {
    if (!graph.bindings->same(bindings)) continue;
    graph.last_used = enqueued_;
    return &graph;
  }
  return nullptr;
}

bool Graphs::met_before(std::shared_ptr<const Bindings> bindings) {
  for (const std::shared_ptr<const Bindings>& met : met_) {
    if (met && met->same(*bindings)) return true;
  }
  met_[next_met_] = std::move(bindings);
  next_met_ = (next_met_ + 1) % met_.size();
  return false;
}

const CapturedGraph* Graphs::victim() const {
  const auto oldest =
      std::min_element(graphs_.begin(), graphs_.end(),
                       [](const CapturedGraph& a, const CapturedGraph& b) { return a.last_used < b.last_used; });
  if (oldest == graphs_.end() || oldest->last_used + kRecently >= enqueued_) return nullptr;
  return &*oldest;
}

const CapturedGraph* Graphs::add(CapturedGraph graph) {
  graph.last_used = enqueued_;
  graphs_.push_back(std::move(graph));
  return &graphs_.back();
}

OnDevice<Execution> Graphs::drop(const CapturedGraph* graph) {
  const auto dropped = graphs_.begin() + (graph - graphs_.data());
  OnDevice<Execution> execution = std::move(dropped->execution);
  graphs_.erase(dropped);
  return execution;
}

}  // namespace pdfnet::tensorrt
