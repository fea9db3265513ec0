// Memory of the device that grows: what was in it is lost then.
#pragma once

#include "engine/status.h"

namespace pdfnet {

class DeviceMemory {
 public:
  DeviceMemory() = default;
  DeviceMemory(const DeviceMemory&) = delete;
  DeviceMemory& operator=(const DeviceMemory&) = delete;

  void* data() const { return data_; }

  void grow(const EngineApi& api, Stream* stream, size_t bytes, Status* status) {
    if (bytes <= bytes_ || !status->ok()) return;
    free(api, stream);
    api.allocate(stream, bytes, &data_, status);
    if (status->ok()) bytes_ = bytes;
  }

  void free(const EngineApi& api, Stream* stream) {
    if (data_ != nullptr) api.release(stream, data_);
    data_ = nullptr;
    bytes_ = 0;
  }

 private:
  void* data_ = nullptr;
  size_t bytes_ = 0;
};

}  // namespace pdfnet
