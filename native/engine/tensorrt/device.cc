// One GPU of this process.
#include "engine/tensorrt/device.h"

#include <algorithm>
#include <map>
#include <mutex>

#include "dl/lost.h"
#include "engine/status.h"

namespace pdfnet::tensorrt {
namespace {

constexpr unsigned kNonBlockingStream = 1;
constexpr unsigned kBlockingWait = 1;
constexpr unsigned kNoTiming = 2;

double megabytes(size_t bytes) {
  return static_cast<double>(bytes) / 1e6;
}

void count_devices(const cuda::Driver& driver, int32_t ordinal, Status* status) {
  int count = 0;
  if (const int error = driver.init(0); error != cuda::kSuccess) {
    return fail(status, kErrDeviceMissing, "CUDA cannot be used: cuInit says %s", driver.describe(error).c_str());
  }
  if (const int error = driver.device_count(&count); error != cuda::kSuccess) {
    return fail(status, kErrDeviceMissing, "CUDA cannot be used: cuDeviceGetCount says %s",
                driver.describe(error).c_str());
  }
  if (ordinal < 0 || ordinal >= count) {
    fail(status, kErrDeviceMissing, "expected the index of a GPU, got %d: the driver has %d", ordinal, count);
  }
}

}  // namespace

Device* Device::find(int32_t ordinal, Status* status) {
  // Never destroyed: TensorRT itself holds on to the primary context as long as it is loaded.
  static std::mutex* const mutex = new std::mutex;
  static std::map<int32_t, Device*>* const devices = new std::map<int32_t, Device*>;
  const std::lock_guard<std::mutex> lock(*mutex);
  if (const auto found = devices->find(ordinal); found != devices->end()) return found->second;

  if (cuda::is_lost(ordinal)) {
    fail(status, kErrGpuLost, "%s", cuda::lost_devices().c_str());
    return nullptr;
  }
  std::string reason;
  const cuda::Driver* driver = cuda::open_driver(&reason);
  if (driver == nullptr) {
    fail(status, kErrDeviceMissing, "TensorRT needs a GPU: %s", reason.c_str());
    return nullptr;
  }
  count_devices(*driver, ordinal, status);
  if (!status->ok()) return nullptr;
  std::unique_ptr<Device> device(new Device(*driver, ordinal));
  device->retain(status);
  if (!status->ok()) return nullptr;
  return devices->emplace(ordinal, device.release()).first->second;
}

void Device::retain(Status* status) {
  int device = 0;
  if (call(&cuda::Driver::device_get, "cuDeviceGet", kErrEngineOpen, status, &device, ordinal_)) {
    call(&cuda::Driver::primary_context_retain, "cuDevicePrimaryCtxRetain", kErrEngineOpen, status, &context_, device);
  }
}

bool Device::enter(Status* status) {
  return call(&cuda::Driver::context_set, "cuCtxSetCurrent", kErrEngineRun, status, context_);
}

bool Device::check(int error, const char* name, const char* code, Status* status) {
  if (error == cuda::kSuccess) return true;
  note(error, name);
  if (lost_) {
    fail_lost(status);
  } else if (error == cuda::kOutOfMemory) {
    fail(status, kErrGpuMemory, "GPU %d is out of memory: %s says %s", ordinal_, name, driver_.describe(error).c_str());
  } else {
    fail(status, code, "%s failed: %s", name, driver_.describe(error).c_str());
  }
  return false;
}

void Device::probe(CUstream_st* stream, Status* status) {
  quietly(&cuda::Driver::stream_query, "cuStreamQuery", stream);
  if (!lost_) return;
  *status = {};
  fail_lost(status);
}

void Device::note(int error, const char* name) {
  if (!cuda::kills_context(error) || lost_.exchange(true)) return;
  cuda::note_lost(ordinal_, std::string(name) + " says " + driver_.describe(error));
}

void Device::fail_lost(Status* status) const {
  fail(status, kErrGpuLost, "%s", cuda::lost_devices().c_str());
}

void Device::fail_memory(size_t needed, Status* status) const {
  size_t free = 0;
  size_t total = 0;
  if (driver_.memory_info(&free, &total) != cuda::kSuccess) {
    return fail(status, kErrGpuMemory, "GPU %d has not the %.1f MB that are needed", ordinal_, megabytes(needed));
  }
  fail(status, kErrGpuMemory, "GPU %d has not the %.1f MB that are needed: %.1f of %.1f MB are free", ordinal_,
       megabytes(needed), megabytes(free), megabytes(total));
}

StreamHandle make_stream(Device* device, Status* status) {
  CUstream_st* stream = nullptr;
  device->call(&cuda::Driver::stream_create, "cuStreamCreate", kErrEngineOpen, status, &stream, kNonBlockingStream);
  return {stream, {device}};
}

Event make_event(Device* device, EventKind kind, Status* status) {
  CUevent_st* event = nullptr;
  const unsigned flags = kind == EventKind::kWait ? kBlockingWait | kNoTiming : kBlockingWait;
  device->call(&cuda::Driver::event_create, "cuEventCreate", kErrEngineRun, status, &event, flags);
  return {event, {device}};
}

void* allocate(Device* device, size_t bytes, Status* status) {
  if (!device->enter(status)) return nullptr;
  cuda::DeviceAddress address = 0;
  const int error = device->driver().memory_allocate(&address, std::max<size_t>(bytes, 1));
  if (error == cuda::kOutOfMemory) {
    device->fail_memory(bytes, status);
  } else {
    device->check(error, "cuMemAlloc", kErrEngineRun, status);
  }
  return reinterpret_cast<void*>(address);
}

void release(Device* device, void* memory) {
  if (memory != nullptr) {
    device->quietly(&cuda::Driver::memory_free, "cuMemFree", reinterpret_cast<cuda::DeviceAddress>(memory));
  }
}

}  // namespace pdfnet::tensorrt
