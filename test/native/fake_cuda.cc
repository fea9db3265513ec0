// Stands in for the CUDA driver in tests that have no GPU. Its device memory is the host's, with bounds that are kept,
// and what is enqueued is done when somebody waits for it, in order: whatever was given back too early is found.
//
// The environment says what it is: PDFNET_FAKE_CUDA is the version as the driver counts (12040), what cuInit answers
// (0), and a compute capability for each GPU: "12040 0 8.9 9.0". PDFNET_FAKE_CUDA_MEMORY is the number of bytes that
// they have. PDFNET_FAKE_CUDA_FAIL is a function, the error it gives, and at which call of it (from 1):
// "cuMemAlloc_v2:2:3"; the calls are counted anew each time the variable changes.
#include "fake_gpu.h"

#define EXPORTED extern "C" __attribute__((visibility("default")))

EXPORTED int cuInit(unsigned) {
  return ask("cuInit", [] { return driver().init; });
}

EXPORTED int cuDriverGetVersion(int* version) {
  *version = driver().version;
  return 0;
}

EXPORTED int cuDeviceGetCount(int* count) {
  return ask("cuDeviceGetCount", [&] {
    *count = static_cast<int>(driver().capabilities.size());
    return 0;
  });
}

EXPORTED int cuDeviceGet(int* device, int ordinal) {
  return ask("cuDeviceGet", [&] {
    *device = ordinal;
    return 0;
  });
}

EXPORTED int cuDeviceGetName(char* name, int bytes, int device) {
  std::snprintf(name, static_cast<size_t>(bytes), "Fake GPU %d", device);
  return 0;
}

EXPORTED int cuDeviceGetAttribute(int* value, int attribute, int device) {
  const std::string capability = driver().capabilities.at(static_cast<size_t>(device));
  int major = 0;
  int minor = 0;
  std::sscanf(capability.c_str(), "%d.%d", &major, &minor);
  *value = attribute == kMajor ? major : attribute == kMinor ? minor : 0;
  return 0;
}

EXPORTED int cuDeviceTotalMem_v2(size_t* bytes, int) {
  *bytes = size_t{8} << 30;
  return 0;
}

EXPORTED int cuGetErrorName(int error, const char** name) {
  switch (error) {
    case kOutOfMemory:
      *name = "CUDA_ERROR_OUT_OF_MEMORY";
      break;
    case 100:
      *name = "CUDA_ERROR_NO_DEVICE";
      break;
    case kIllegalAddress:
      *name = "CUDA_ERROR_ILLEGAL_ADDRESS";
      break;
    case 803:
      *name = "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH";
      break;
    default:
      *name = "CUDA_ERROR_UNKNOWN";
  }
  return 0;
}

EXPORTED int cuDevicePrimaryCtxRetain(void** context, int) {
  return call("cuDevicePrimaryCtxRetain", [&](Gpu& gpu) {
    *context = &gpu;
    return 0;
  });
}

EXPORTED int cuCtxSetCurrent(void*) {
  return call("cuCtxSetCurrent", [](Gpu&) {
    is_current = true;
    return 0;
  });
}

EXPORTED int cuMemGetInfo_v2(size_t* free, size_t* total) {
  return call("cuMemGetInfo_v2", [&](Gpu& gpu) {
    const std::string given = environment("PDFNET_FAKE_CUDA_MEMORY");
    *total = given.empty() ? size_t{8} << 30 : std::stoull(given);
    *free = *total - gpu.used();
    return 0;
  });
}

EXPORTED int cuMemAlloc_v2(unsigned long long* address, size_t bytes) {
  return call("cuMemAlloc_v2", [&](Gpu& gpu) {
    char* memory = nullptr;
    const int error = gpu.allocate(&gpu.device_memory, bytes, &memory);
    if (error == 0) *address = reinterpret_cast<unsigned long long>(memory);
    return error;
  });
}

EXPORTED int cuMemFree_v2(unsigned long long address) {
  return call("cuMemFree_v2", [&](Gpu& gpu) { return Gpu::release(&gpu.device_memory, pointer(address)); });
}

EXPORTED int cuMemHostAlloc(void** memory, size_t bytes, unsigned) {
  return call("cuMemHostAlloc",
              [&](Gpu& gpu) { return gpu.allocate(&gpu.host_memory, bytes, reinterpret_cast<char**>(memory)); });
}

EXPORTED int cuMemFreeHost(void* memory) {
  return call("cuMemFreeHost", [&](Gpu& gpu) { return Gpu::release(&gpu.host_memory, static_cast<char*>(memory)); });
}

EXPORTED int cuMemcpyHtoDAsync_v2(unsigned long long to, const void* from, size_t bytes, void* stream) {
  return call("cuMemcpyHtoDAsync_v2", [&](Gpu& gpu) {
    return gpu.enqueue(static_cast<Stream*>(stream), [=, &gpu] {
      if (!gpu.holds(pointer(to), bytes)) return kIllegalAddress;
      std::memcpy(pointer(to), from, bytes);
      return 0;
    });
  });
}

EXPORTED int cuMemcpyDtoHAsync_v2(void* to, unsigned long long from, size_t bytes, void* stream) {
  return call("cuMemcpyDtoHAsync_v2", [&](Gpu& gpu) {
    return gpu.enqueue(static_cast<Stream*>(stream), [=, &gpu] {
      if (!gpu.holds(pointer(from), bytes)) return kIllegalAddress;
      std::memcpy(to, pointer(from), bytes);
      return 0;
    });
  });
}

EXPORTED int cuStreamCreate(void** stream, unsigned) {
  return call("cuStreamCreate", [&](Gpu& gpu) {
    *stream = gpu.make(new Stream);
    return 0;
  });
}

EXPORTED int cuStreamDestroy_v2(void* stream) {
  return call("cuStreamDestroy_v2", [&](Gpu& gpu) { return gpu.destroy(static_cast<Stream*>(stream)); });
}

EXPORTED int cuStreamQuery(void*) {
  return call("cuStreamQuery", [](Gpu&) { return 0; });
}

EXPORTED int cuStreamSynchronize(void* stream) {
  return call("cuStreamSynchronize", [&](Gpu& gpu) { return gpu.finish(static_cast<Stream*>(stream)); });
}

EXPORTED int cuStreamBeginCapture_v2(void* handle, int) {
  return call("cuStreamBeginCapture_v2", [&](Gpu&) {
    auto* stream = static_cast<Stream*>(handle);
    if (stream->capturing) return kInvalidValue;
    stream->capturing = true;
    stream->captured.clear();
    return 0;
  });
}

EXPORTED int cuStreamEndCapture(void* handle, void** graph) {
  const std::lock_guard<std::mutex> lock(gpu().mutex);
  auto* stream = static_cast<Stream*>(handle);
  // Whatever it answers, the capture is over.
  std::vector<Work> captured;
  captured.swap(stream->captured);
  const bool was_capturing = stream->capturing;
  stream->capturing = false;
  *graph = nullptr;
  if (const int error = gpu().enter("cuStreamEndCapture"); error != 0) return error;
  if (!was_capturing) return kCaptureInvalidated;
  *graph = gpu().make(new Graph{std::move(captured)});
  return 0;
}

EXPORTED int cuEventCreate(void** event, unsigned) {
  return call("cuEventCreate", [&](Gpu& gpu) {
    *event = gpu.make(new Event);
    return 0;
  });
}

EXPORTED int cuEventDestroy_v2(void* event) {
  return call("cuEventDestroy_v2", [&](Gpu& gpu) { return gpu.destroy(static_cast<Event*>(event)); });
}

EXPORTED int cuEventRecord(void* event, void* stream) {
  return call("cuEventRecord", [&](Gpu&) {
    static_cast<Event*>(event)->stream = static_cast<Stream*>(stream);
    return 0;
  });
}

EXPORTED int cuEventSynchronize(void* event) {
  return call("cuEventSynchronize", [&](Gpu& gpu) {
    Stream* const stream = static_cast<Event*>(event)->stream;
    return stream == nullptr ? 0 : gpu.finish(stream);
  });
}

// What is enqueued on the stream later waits for what the event's stream has.
EXPORTED int cuStreamWaitEvent(void* handle, void* event, unsigned) {
  return call("cuStreamWaitEvent", [&](Gpu& gpu) {
    auto* stream = static_cast<Stream*>(handle);
    Stream* const other = static_cast<Event*>(event)->stream;
    if (stream->capturing) return kCaptureIsolation;
    if (other == nullptr || other == stream) return 0;
    return gpu.enqueue(stream, [&gpu, other] { return gpu.handles.count(other) == 0 ? 0 : gpu.finish(other); });
  });
}

EXPORTED int cuEventElapsedTime(float* milliseconds, void*, void*) {
  return call("cuEventElapsedTime", [&](Gpu&) {
    *milliseconds = 0.25F;
    return 0;
  });
}

EXPORTED int cuGraphInstantiateWithFlags(void** executable, void* graph, unsigned long long) {
  return call("cuGraphInstantiateWithFlags", [&](Gpu& gpu) {
    *executable = gpu.make(new Graph{static_cast<Graph*>(graph)->work});
    return 0;
  });
}

EXPORTED int cuGraphDestroy(void* graph) {
  return call("cuGraphDestroy", [&](Gpu& gpu) { return gpu.destroy(static_cast<Graph*>(graph)); });
}

EXPORTED int cuGraphExecDestroy(void* executable) {
  return call("cuGraphExecDestroy", [&](Gpu& gpu) { return gpu.destroy(static_cast<Graph*>(executable)); });
}

EXPORTED int cuGraphLaunch(void* executable, void* stream) {
  return call("cuGraphLaunch", [&](Gpu& gpu) {
    for (const Work& work : static_cast<Graph*>(executable)->work) gpu.enqueue(static_cast<Stream*>(stream), work);
    return 0;
  });
}

// For the fake TensorRT: work of its own on a stream, and what it has to know to be strict.
EXPORTED int fake_cuda_enqueue(void* stream, int (*run)(void*), void* data, void (*release)(void*)) {
  const std::shared_ptr<void> owned(data, release);
  return call("fake_cuda_enqueue", [&](Gpu& gpu) {
    return gpu.enqueue(static_cast<Stream*>(stream), [run, owned] { return run(owned.get()); });
  });
}

EXPORTED int fake_cuda_is_capturing(void* stream) {
  return static_cast<Stream*>(stream)->capturing ? 1 : 0;
}

EXPORTED int fake_cuda_holds(const void* address, size_t bytes) {
  return gpu().holds(static_cast<const char*>(address), bytes) ? 1 : 0;
}

// For the tests: what is left, whether the failure that was asked for has happened, how often a function was called,
// and calls on a dead context.
EXPORTED size_t fake_cuda_leaks() {
  return gpu().leaks();
}

EXPORTED int fake_cuda_triggered() {
  return gpu().triggered() ? 1 : 0;
}

EXPORTED int fake_cuda_calls(const char* name) {
  return gpu().calls(name);
}

EXPORTED int fake_cuda_calls_after_death() {
  return gpu().calls_after_death();
}
