// One run, as plain data: what a thread needs to do it without touching JavaScript.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/status.h"

namespace pdfnet {

// Named memory with its shape, as the caller gave it.
struct Binding {
  std::string name;
  std::vector<int64_t> shape;
  uint8_t* data;
  size_t bytes;
};

// A tensor of the model: the engine's TensorInfo, owned.
struct TensorSpec {
  std::string name;
  DType dtype;
  bool is_input;
  std::vector<int64_t> shape;
};

// Milliseconds.
struct RunTimings {
  double queued = 0;
  double compute = 0;
};

struct Run {
  int64_t ticket;                 // the caller's, unique among the runs in flight
  std::vector<Binding> bindings;  // in the order of the session's tensors
  std::function<void(const Status&, const RunTimings&)> done;
};

}  // namespace pdfnet
