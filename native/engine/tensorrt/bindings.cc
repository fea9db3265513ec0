// What one enqueue reads and writes.
#include "engine/tensorrt/bindings.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

#include "engine/dtype.h"
#include "engine/status.h"
#include "engine/tensorrt/device.h"

namespace pdfnet::tensorrt {
namespace {

std::string text(const Sizes& shape) {
  std::string all;
  for (const int64_t size : shape) all += (all.empty() ? "" : ", ") + std::to_string(size);
  return "[" + all + "]";
}

// The number of bytes, or false where a size is negative or the product too large.
bool count_bytes(const Sizes& shape, DType dtype, size_t* bytes) {
  *bytes = element_bytes(dtype);
  for (const int64_t size : shape) {
    if (size < 0 || __builtin_mul_overflow(*bytes, static_cast<size_t>(size), bytes)) return false;
  }
  return true;
}

bool is_aligned(const void* data) {
  return reinterpret_cast<uintptr_t>(data) % kAlignment == 0;
}

}  // namespace

HostCopy::HostCopy(size_t bytes) {
  const size_t whole = (std::max<size_t>(bytes, 1) + kAlignment - 1) / kAlignment * kAlignment;
  data_.reset(static_cast<uint8_t*>(std::aligned_alloc(kAlignment, whole)));
  if (!data_) throw std::bad_alloc();
}

void HostCopy::Free::operator()(uint8_t* memory) const {
  std::free(memory);
}

void Bindings::bind(size_t index, const int64_t* shape, int32_t rank, void* data, size_t bytes, Status* status) {
  const auto& [name, info] = tensor(index);
  Bound bound{true, {shape, shape + std::max(rank, 0)}, data, bytes, {}};
  size_t expected = 0;
  if (rank != info.rank || !count_bytes(bound.shape, info.dtype, &expected)) {
    return fail(status, kErrArgument, "expected %d sizes for %s, got %s", info.rank, name.c_str(),
                text(bound.shape).c_str());
  }
  if (bytes != expected || data == nullptr) {
    return fail(status, kErrArgument, "expected %zu bytes for %s of shape %s, got %zu", expected, name.c_str(),
                text(bound.shape).c_str(), data == nullptr ? 0 : bytes);
  }
  if (info.on_host) {
    bound.host = HostCopy(bytes);
    if (info.is_input) std::memcpy(bound.host.data(), data, bytes);
  } else if (!is_aligned(data)) {
    return fail(status, kErrArgument, "expected an address of %s that is a multiple of %zu", name.c_str(), kAlignment);
  }
  bound_[index] = std::move(bound);
}

bool Bindings::complete() const {
  return std::all_of(bound_.begin(), bound_.end(), [](const Bound& bound) { return bound.is_set; });
}

bool Bindings::same(const Bindings& other) const {
  for (size_t index = 0; index < bound_.size(); ++index) {
    const Bound& a = bound_[index];
    const Bound& b = other.bound_[index];
    if (a.shape != b.shape) return false;
    const bool equal =
        tensor(index).info.on_host ? std::memcmp(a.host.data(), b.host.data(), a.bytes) == 0 : a.data == b.data;
    if (!equal) return false;
  }
  return true;
}

void* Bindings::address(size_t index) const {
  return tensor(index).info.on_host ? bound_[index].host.data() : bound_[index].data;
}

// In this order: an output's shape may depend on all inputs, and on the values of those on the host.
void Bindings::apply(Execution* execution, const Plan& plan, Status* status) const {
  for (size_t index = 0; index < bound_.size(); ++index) {
    if (tensor(index).info.is_input && !execution->set_shape(index, bound_[index].shape)) {
      return fail(status, kErrArgument, "TensorRT refuses %s of shape %s: %s", tensor(index).name.c_str(),
                  text(bound_[index].shape).c_str(), plan.explain("it is outside the engine's profile").c_str());
    }
  }
  for (size_t index = 0; index < bound_.size(); ++index) {
    if (!execution->set_address(index, address(index))) {
      return fail(status, kErrEngineRun, "TensorRT refuses the memory of %s: %s", tensor(index).name.c_str(),
                  plan.explain("it does not say why").c_str());
    }
  }
  for (size_t index = 0; index < bound_.size(); ++index) {
    if (tensor(index).info.is_input) continue;
    const Sizes shape = execution->shape(index);
    if (shape == bound_[index].shape) continue;
    return fail(status, kErrArgument, "expected shape %s for %s, got %s", text(shape).c_str(),
                tensor(index).name.c_str(), text(bound_[index].shape).c_str());
  }
}

void Bindings::deliver() const {
  for (size_t index = 0; index < bound_.size(); ++index) {
    const TensorInfo& info = tensor(index).info;
    if (info.on_host && !info.is_input) {
      std::memcpy(bound_[index].data, bound_[index].host.data(), bound_[index].bytes);
    }
  }
}

bool Bindings::has_host_outputs() const {
  return std::any_of(tensors_->begin(), tensors_->end(),
                     [](const PlanTensor& tensor) { return tensor.info.on_host && !tensor.info.is_input; });
}

}  // namespace pdfnet::tensorrt
