// One run, as plain data: what a thread needs to do it without touching JavaScript.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/status.h"

namespace pdfnet {

constexpr int32_t kNoBuffer = -1;
constexpr int32_t kMostBuffers = 64;

// Named memory with its shape, as the caller gave it: the host's, or a buffer's, or, of an output, a buffer's that is
// copied to the host as well.
struct Binding {
  std::string name;
  std::vector<int64_t> shape;
  uint8_t* data = nullptr;  // the host's
  size_t bytes = 0;         // of a buffer without memory of the host: filled in by `arrange`
  int32_t buffer = kNoBuffer;
  size_t offset = 0;  // in the buffer
};

// A tensor of a model: the engine's TensorInfo, owned.
struct TensorSpec {
  std::string name;
  DType dtype;
  bool is_input;
  bool on_host;
  std::vector<int64_t> shape;
};
using ModelSpec = std::vector<TensorSpec>;  // inputs first

// One model's turn.
struct Step {
  size_t model;
  std::vector<Binding> bindings;  // in the order of the model's tensors
};

// Milliseconds.
struct StepTimings {
  double copy_in = 0;
  double compute = 0;
  double copy_out = 0;
};

struct RunTimings {
  double queued = 0;
  std::vector<StepTimings> steps;
  double total = 0;
};

struct Run {
  int64_t ticket;  // the caller's, unique among the runs in flight
  std::vector<Step> steps;
  std::function<void(const Status&, const RunTimings&)> done;
};

}  // namespace pdfnet
