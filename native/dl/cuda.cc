// The CUDA driver library: what it says of itself and of its devices.
#include "dl/capability.h"
#include "dl/library.h"

namespace pdfnet {
namespace {

// The driver API's calls that are used, by the types of its published interface.
struct Driver {
  int (*init)(unsigned flags);
  int (*version)(int* version);
  int (*count)(int* count);
  int (*device)(int* device, int ordinal);
  int (*name)(char* name, int bytes, int device);
  int (*attribute)(int* value, int attribute, int device);
  int (*memory)(size_t* bytes, int device);
  int (*error_name)(int error, const char** name);
};

constexpr int kComputeCapabilityMajor = 75;
constexpr int kComputeCapabilityMinor = 76;

template <typename Function>
bool load(const Library& library, const char* name, Function* function) {
  *function = reinterpret_cast<Function>(library.symbol(name));
  return *function != nullptr;
}

bool load(const Library& library, Driver* driver) {
  return load(library, "cuInit", &driver->init) && load(library, "cuDriverGetVersion", &driver->version) &&
         load(library, "cuDeviceGetCount", &driver->count) && load(library, "cuDeviceGet", &driver->device) &&
         load(library, "cuDeviceGetName", &driver->name) && load(library, "cuDeviceGetAttribute", &driver->attribute) &&
         load(library, "cuDeviceTotalMem_v2", &driver->memory) && load(library, "cuGetErrorName", &driver->error_name);
}

std::string describe(const Driver& driver, const char* call, int error) {
  const char* name = nullptr;
  if (driver.error_name(error, &name) != 0 || name == nullptr) name = "an unknown error";
  return std::string(call) + " failed: " + name + " (" + std::to_string(error) + ")";
}

bool read_device(const Driver& driver, int ordinal, GpuDevice* result) {
  int device = 0;
  char name[256] = {};
  int major = 0;
  int minor = 0;
  size_t bytes = 0;
  if (driver.device(&device, ordinal) != 0 || driver.name(name, sizeof(name) - 1, device) != 0 ||
      driver.attribute(&major, kComputeCapabilityMajor, device) != 0 ||
      driver.attribute(&minor, kComputeCapabilityMinor, device) != 0 || driver.memory(&bytes, device) != 0) {
    return false;
  }
  *result = {ordinal, name, std::to_string(major) + "." + std::to_string(minor), bytes};
  return true;
}

}  // namespace

CudaCapability probe_cuda() {
  CudaCapability result;
  const Library library = find_library({}, {"libcuda.so.1"}, &result.reason);
  if (!library) {
    result.reason = "no NVIDIA driver: " + result.reason;
    return result;
  }
  result.path = library.path;

  Driver driver{};
  if (!load(library, &driver)) {
    result.reason = library.path + ": a function of the driver API is missing";
    return result;
  }
  int version = 0;
  if (driver.version(&version) == 0) {
    result.version = std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
  }
  if (const int error = driver.init(0); error != 0) {
    result.reason = describe(driver, "cuInit", error);
    return result;
  }
  int count = 0;
  if (const int error = driver.count(&count); error != 0) {
    result.reason = describe(driver, "cuDeviceGetCount", error);
    return result;
  }
  for (int ordinal = 0; ordinal < count; ++ordinal) {
    GpuDevice device{};
    if (read_device(driver, ordinal, &device)) result.devices.push_back(device);
  }
  result.found = !result.devices.empty();
  result.reason = result.found ? "found by the system's loader" : "the driver is here, but no device";
  return result;
}

}  // namespace pdfnet
