// The CUDA graphs of one plan on one stream, each captured for one set of bindings.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "engine/tensorrt/bindings.h"
#include "engine/tensorrt/device.h"

namespace pdfnet::tensorrt {

// A graph refers to the state of the execution that it was captured from, so it owns it: nothing else may use it.
struct CapturedGraph {
  OnDevice<Execution> execution;
  Executable executable;
  std::shared_ptr<const Bindings> bindings;
  uint64_t last_used = 0;
};

class Graphs {
 public:
  static constexpr size_t kMost = 8;
  // A graph that was used this recently makes no room for another: where more bindings take turns than there is room
  // for, capturing them over and over would cost more than it gains.
  static constexpr uint64_t kRecently = 64;

  // Counts an enqueue; the graph that does its work, or nullptr.
  const CapturedGraph* find(const Bindings& bindings);

  // Notes bindings that no graph was captured for; whether they were met before, not long ago.
  bool met_before(std::shared_ptr<const Bindings> bindings);

  // Whether one more may be captured: there is room, or `victim` is to be dropped once the GPU has ended.
  bool has_room() const { return graphs_.size() < kMost; }
  const CapturedGraph* victim() const;

  const CapturedGraph* add(CapturedGraph graph);
  // Gives the execution back, for other bindings.
  OnDevice<Execution> drop(const CapturedGraph* graph);
  const CapturedGraph* any() const { return graphs_.empty() ? nullptr : &graphs_.back(); }

 private:
  std::vector<CapturedGraph> graphs_;
  std::array<std::shared_ptr<const Bindings>, kMost> met_;
  size_t next_met_ = 0;
  uint64_t enqueued_ = 0;
};

}  // namespace pdfnet::tensorrt
