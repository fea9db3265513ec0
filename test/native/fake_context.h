// The fake runtime's execution context: strict about the order of calls, addresses, memory, and graphs that live.
#pragma once

#include "fake_plan.h"

namespace {

class Context final : public nv::IExecutionContext, public nv::apiv::StubExecutionContext {
 public:
  Context(const Description& plan, nv::ILogger* logger) : plan_(plan), logger_(logger), bound_(plan.tensors.size()) {
    mImpl = this;
  }
  ~Context() noexcept override {
    demand(in_flight_.use_count() == 1, "a context was destroyed that the GPU still uses");
    demand(captured_.use_count() == 1, "a context was destroyed whose captured graph lives");
  }

  bool setInputShape(const char* name, const nv::Dims& dims) noexcept override {
    idle();
    const size_t index = find(name);
    const nv::Dims& declared = plan_.tensors[index].dims;
    bool fits = dims.nbDims == declared.nbDims;
    for (int32_t axis = 0; fits && axis < dims.nbDims; ++axis) {
      const int64_t size = dims.d[axis];
      fits = declared.d[axis] == -1 ? size >= 1 && size <= kLargest : size == declared.d[axis];
    }
    if (!fits) return refuse("the shape is outside the profile");
    bound_[index].dims = dims;
    measured_ = false;
    return true;
  }

  bool setTensorAddress(const char* name, void* address) noexcept override {
    idle();
    if (reinterpret_cast<uintptr_t>(address) % kAlignment != 0) return refuse("the address is not aligned");
    bound_[find(name)].address = address;
    return true;
  }

  nv::Dims getTensorShape(const char* name) const noexcept override {
    const Tensor& tensor = plan_.tensors[find(name)];
    if (tensor.is_input) return bound_[find(name)].dims;
    nv::Dims dims = tensor.dims;
    const int64_t* values = host_values();
    for (int32_t axis = 0; axis < dims.nbDims; ++axis) {
      if (dims.d[axis] == -1) dims.d[axis] = values != nullptr ? values[axis] : bound_[0].dims.d[axis];
    }
    return dims;
  }

  size_t updateDeviceMemorySizeForShapes() noexcept override {
    idle();
    measured_ = true;
    return plan_.memory * count(bound_[0].dims);
  }

  void setDeviceMemoryV2(void* memory, int64_t bytes) noexcept override {
    idle();
    arena_ = memory;
    arena_bytes_ = static_cast<size_t>(bytes);
  }

  bool enqueueV3(cudaStream_t stream) noexcept override {
    idle();
    demand(stream != nullptr, "enqueued on the default stream");
    demand(measured_ && arena_bytes_ >= needed(), "enqueued without enough memory for the activations");
    if (plan_.broken) return refuse("the plan is broken");
    const bool capturing = cuda<int (*)(void*)>("fake_cuda_is_capturing")(stream) != 0;
    if (capturing && plan_.uncapturable) return refuse("the plan cannot be captured");
    Kernel kernel{capturing ? captured_ : in_flight_, nullptr, 0, {}, arena_, needed(), nullptr, {}};
    for (size_t index = 0; index < bound_.size(); ++index) {
      const Tensor& tensor = plan_.tensors[index];
      void* const address = bound_[index].address;
      demand(address != nullptr, "enqueued with an address that is not set");
      const nv::Dims dims = getTensorShape(tensor.name.c_str());
      if (index == 0) {
        kernel.input = static_cast<const float*>(address);
        kernel.input_elements = count(dims);
      } else if (tensor.is_input && tensor.on_host) {
        kernel.values = static_cast<const int64_t*>(address);
        kernel.expected_values.assign(kernel.values, kernel.values + count(dims));
      } else if (!tensor.is_input && tensor.on_host) {
        std::memcpy(address, getTensorShape(first_output()).d, count(dims) * sizeof(int64_t));
      } else if (!tensor.is_input) {
        kernel.outputs.emplace_back(static_cast<float*>(address), count(dims));
      }
    }
    const auto enqueue = cuda<int (*)(void*, int (*)(void*), void*, void (*)(void*))>("fake_cuda_enqueue");
    const int error = enqueue(
        stream, [](void* data) { return static_cast<Kernel*>(data)->run(); }, new Kernel(kernel),
        [](void* data) { delete static_cast<Kernel*>(data); });
    return error == 0 || refuse("CUDA failed");
  }

 private:
  struct Bound {
    nv::Dims dims{};
    void* address = nullptr;
  };

  // Its state may not change while a captured graph, which refers to it, can still be launched. A plain run that is in
  // flight has all that it needs.
  void idle() const { demand(captured_.use_count() == 1, "a context was changed whose captured graph lives"); }

  bool refuse(const char* why) noexcept {
    logger_->log(nv::ILogger::Severity::kERROR, why);
    return false;
  }
  size_t needed() const { return plan_.memory * count(bound_[0].dims); }
  size_t find(const std::string& name) const {
    size_t index = 0;
    while (index < plan_.tensors.size() && plan_.tensors[index].name != name) ++index;
    demand(index < plan_.tensors.size(), "asked for a tensor that is not there");
    return index;
  }
  const int64_t* host_values() const {
    for (size_t index = 0; index < bound_.size(); ++index) {
      const Tensor& tensor = plan_.tensors[index];
      if (tensor.is_input && tensor.on_host) return static_cast<const int64_t*>(bound_[index].address);
    }
    return nullptr;
  }
  const char* first_output() const {
    for (const Tensor& tensor : plan_.tensors) {
      if (!tensor.is_input) return tensor.name.c_str();
    }
    return "";
  }

  const Description& plan_;
  nv::ILogger* const logger_;
  std::vector<Bound> bound_;
  void* arena_ = nullptr;
  size_t arena_bytes_ = 0;
  bool measured_ = false;
  // Shared with what was enqueued, and with what was captured.
  const std::shared_ptr<int> in_flight_ = std::make_shared<int>();
  const std::shared_ptr<int> captured_ = std::make_shared<int>();
};

}  // namespace
