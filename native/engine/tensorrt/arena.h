// The activations' memory of one stream: its contexts run one after the other, so they share it.
#pragma once

#include "engine/tensorrt/device.h"

namespace pdfnet::tensorrt {

class Arena {
 public:
  explicit Arena(Device* device) : device_(device) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena() { release(device_, memory_); }

  bool holds(size_t bytes) const { return bytes <= bytes_; }

  // Moves to a place of that size, once nothing uses the old one any more. Without room it is empty.
  void replace(size_t bytes, Status* status) {
    release(device_, memory_);
    memory_ = nullptr;
    bytes_ = 0;
    ++generation_;
    memory_ = allocate(device_, bytes, status);
    if (memory_ != nullptr) bytes_ = bytes;
  }

  void* memory() const { return memory_; }
  size_t bytes() const { return bytes_; }
  // Another one each time it has moved.
  uint64_t generation() const { return generation_; }

 private:
  Device* const device_;
  void* memory_ = nullptr;
  size_t bytes_ = 0;
  uint64_t generation_ = 0;
};

}  // namespace pdfnet::tensorrt
