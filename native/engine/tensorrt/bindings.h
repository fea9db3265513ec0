// What one enqueue reads and writes: the shapes and addresses of a plan's tensors.
#pragma once

#include <memory>
#include <vector>

#include "engine/tensorrt/plan.h"

namespace pdfnet::tensorrt {

// The host's memory, aligned as TensorRT wants it.
class HostCopy {
 public:
  HostCopy() = default;
  explicit HostCopy(size_t bytes);  // throws std::bad_alloc
  uint8_t* data() const { return data_.get(); }

 private:
  struct Free {
    void operator()(uint8_t* memory) const;
  };
  std::unique_ptr<uint8_t, Free> data_;
};

struct Bound {
  bool is_set = false;
  Sizes shape;
  void* data = nullptr;  // the caller's
  size_t bytes = 0;
  // Of a tensor on the host: what TensorRT is given. It may be read as long as the GPU works, and whenever a captured
  // graph is launched, so it belongs to the bindings and not to the caller.
  HostCopy host;
};

class Bindings {
 public:
  explicit Bindings(const std::vector<PlanTensor>& tensors) : tensors_(&tensors), bound_(tensors.size()) {}

  // ERR_ARGUMENT where shape, bytes or alignment are not what the tensor wants.
  void bind(size_t tensor, const int64_t* shape, int32_t rank, void* data, size_t bytes, Status* status);
  bool complete() const;

  // Whether a graph that was captured with the one does the work of the other: the values of inputs on the host count,
  // not where they lie.
  bool same(const Bindings& other) const;

  // Shapes and addresses to the execution; ERR_ARGUMENT where it refuses a shape, or an output has another.
  void apply(Execution* execution, const Plan& plan, Status* status) const;

  // Outputs on the host to the caller's memory, once the GPU has ended.
  void deliver() const;
  bool has_host_outputs() const;

 private:
  const PlanTensor& tensor(size_t index) const { return (*tensors_)[index]; }
  void* address(size_t index) const;

  const std::vector<PlanTensor>* tensors_;
  std::vector<Bound> bound_;
};

}  // namespace pdfnet::tensorrt
