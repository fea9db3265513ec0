// What was found of each library, for capabilities(): plain data that any thread may fill.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pdfnet {

struct Capability {
  bool found = false;
  std::string reason;
  std::string path;
  std::string version;
};

struct GpuDevice {
  int32_t index;
  std::string name;
  std::string compute_capability;
  uint64_t total_bytes;
};

struct CudaCapability : Capability {
  std::vector<GpuDevice> devices;
};

using Folders = std::vector<std::string>;
using Files = std::vector<std::string>;

// The CUDA driver and its devices; makes no context.
CudaCapability probe_cuda();

// TensorRT of either flavour: of these files the first that opens, and no other that the system's loader might find.
Capability probe_tensorrt(const Files& files);
Capability probe_onnxruntime(const Folders& folders);

}  // namespace pdfnet
