// The CUDA driver library: what it says of itself and of its devices.
#include "dl/capability.h"
#include "dl/driver.h"
#include "dl/lost.h"

namespace pdfnet {
namespace {

using cuda::Driver;

bool read_device(const Driver& driver, int ordinal, GpuDevice* result) {
  int device = 0;
  char name[256] = {};
  int major = 0;
  int minor = 0;
  size_t bytes = 0;
  if (driver.device_get(&device, ordinal) != 0 || driver.device_name(name, sizeof(name) - 1, device) != 0 ||
      driver.device_attribute(&major, cuda::kComputeCapabilityMajor, device) != 0 ||
      driver.device_attribute(&minor, cuda::kComputeCapabilityMinor, device) != 0 ||
      driver.device_memory(&bytes, device) != 0) {
    return false;
  }
  *result = {ordinal, name, std::to_string(major) + "." + std::to_string(minor), bytes};
  return true;
}

}  // namespace

CudaCapability probe_cuda() {
  CudaCapability result;
  const Driver* driver = cuda::open_driver(&result.reason);
  if (driver == nullptr) return result;
  result.path = driver->path;

  int version = 0;
  if (driver->driver_version(&version) == 0) {
    result.version = std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
  }
  if (const int error = driver->init(0); error != 0) {
    result.reason = "cuInit failed: " + driver->describe(error);
    return result;
  }
  int count = 0;
  if (const int error = driver->device_count(&count); error != 0) {
    result.reason = "cuDeviceGetCount failed: " + driver->describe(error);
    return result;
  }
  for (int ordinal = 0; ordinal < count; ++ordinal) {
    GpuDevice device{};
    if (read_device(*driver, ordinal, &device)) result.devices.push_back(device);
  }
  result.found = !result.devices.empty();
  const std::string lost = cuda::lost_devices();
  result.reason = !lost.empty()  ? lost
                  : result.found ? "found by the system's loader"
                                 : "the driver is here, but no device";
  return result;
}

}  // namespace pdfnet
