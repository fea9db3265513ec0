// Stands in for the CUDA driver in tests that have no GPU. Its device memory is the host's, with bounds that are kept,
// and what is enqueued is done when somebody waits for it, in order: whatever was given back too early is found.
//
// The environment says what it is: PDFNET_FAKE_CUDA is the version as the driver counts (12040), what cuInit answers
// (0), and a compute capability for each GPU: "12040 0 8.9 9.0". PDFNET_FAKE_CUDA_MEMORY is the number of bytes that
// they have. PDFNET_FAKE_CUDA_FAIL is a function, the error it gives, and at which call of it (from 1):
// "cuMemAlloc_v2:2:3"; the calls are counted anew each time the variable changes.
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#define EXPORTED extern "C" __attribute__((visibility("default")))

namespace {

constexpr int kMajor = 75;
constexpr int kMinor = 76;
constexpr int kInvalidValue = 1;
constexpr int kOutOfMemory = 2;
constexpr int kInvalidContext = 201;
constexpr int kInvalidHandle = 400;
constexpr int kIllegalAddress = 700;
constexpr int kCaptureInvalidated = 901;
constexpr int kFirstOfTheDeadly = 700;
constexpr int kLastOfTheDeadly = 719;
constexpr size_t kAlignment = 256;

using Work = std::function<int()>;

struct Stream {
  std::vector<Work> work;
  bool capturing = false;
  std::vector<Work> captured;
};

struct Graph {
  std::vector<Work> work;
};

struct Event {
  Stream* stream = nullptr;
};

struct Driver {
  int version = 0;
  int init = 0;
  std::vector<std::string> capabilities;
};

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

Driver driver() {
  std::istringstream words(environment("PDFNET_FAKE_CUDA"));
  Driver result;
  words >> result.version >> result.init;
  for (std::string word; words >> word;) result.capabilities.push_back(word);
  return result;
}

class Gpu {
 public:
  // What a call of that name answers before it does anything: the error that was asked for, or that of the death.
  int enter(const char* name) {
    const std::string wanted = environment("PDFNET_FAKE_CUDA_FAIL");
    if (wanted != failure_) {
      failure_ = wanted;
      calls_.clear();
      triggered_ = false;
    }
    if (dead_ != 0) {
      ++calls_after_death_;
      return dead_;
    }
    const int call = ++calls_[name];
    char function[64] = {};
    int error = 0;
    int at = 0;
    if (std::sscanf(wanted.c_str(), "%63[^:]:%d:%d", function, &error, &at) != 3) return 0;
    if (std::strcmp(function, name) != 0 || call != at) return 0;
    triggered_ = true;
    return die(error);
  }

  int die(int error) {
    if (error >= kFirstOfTheDeadly && error <= kLastOfTheDeadly) dead_ = error;
    return error;
  }

  int finish(Stream* stream) {
    std::vector<Work> work;
    work.swap(stream->work);
    for (const Work& item : work) {
      if (const int error = die(item()); error != 0) return error;
    }
    return 0;
  }

  int enqueue(Stream* stream, Work work) {
    (stream->capturing ? stream->captured : stream->work).push_back(std::move(work));
    return 0;
  }

  int allocate(std::map<char*, size_t>* memory, size_t bytes, char** result) {
    const std::string total = environment("PDFNET_FAKE_CUDA_MEMORY");
    if (!total.empty() && used() + bytes > std::stoull(total)) return kOutOfMemory;
    *result = static_cast<char*>(std::aligned_alloc(kAlignment, (bytes + kAlignment - 1) / kAlignment * kAlignment));
    std::memset(*result, 0xcd, bytes);
    memory->emplace(*result, bytes);
    return 0;
  }

  static int release(std::map<char*, size_t>* memory, char* address) {
    if (memory->erase(address) == 0) return kInvalidValue;
    std::free(address);
    return 0;
  }

  bool holds(const char* address, size_t bytes) const {
    auto after = device_memory.upper_bound(const_cast<char*>(address));
    if (after == device_memory.begin()) return false;
    --after;
    return address + bytes <= after->first + after->second;
  }

  size_t used() const {
    size_t bytes = 0;
    for (const auto& [address, size] : device_memory) bytes += size;
    return bytes;
  }

  template <typename T>
  void* make(T* object) {
    handles.insert(object);
    return object;
  }
  template <typename T>
  int destroy(T* object) {
    if (handles.erase(object) == 0) return kInvalidHandle;
    delete object;
    return 0;
  }

  size_t leaks() const { return device_memory.size() + host_memory.size() + handles.size(); }
  int calls(const char* name) { return calls_[name]; }
  bool triggered() const { return triggered_; }
  int calls_after_death() const { return calls_after_death_; }

  std::mutex mutex;
  std::map<char*, size_t> device_memory;
  std::map<char*, size_t> host_memory;
  std::set<void*> handles;

 private:
  std::string failure_;
  std::map<std::string, int> calls_;
  bool triggered_ = false;
  int dead_ = 0;
  int calls_after_death_ = 0;
};

Gpu& gpu() {
  static Gpu* const instance = new Gpu;
  return *instance;
}

// Whether the context is this thread's.
thread_local bool is_current = false;

template <typename Body>
int call(const char* name, Body body) {
  const std::lock_guard<std::mutex> lock(gpu().mutex);
  if (const int error = gpu().enter(name); error != 0) return error;
  if (!is_current && std::strncmp(name, "cuCtx", 5) != 0 && std::strncmp(name, "cuDevice", 8) != 0) {
    return kInvalidContext;
  }
  return body(gpu());
}

char* pointer(unsigned long long address) {
  return reinterpret_cast<char*>(address);
}

}  // namespace

EXPORTED int cuInit(unsigned) {
  return driver().init;
}

EXPORTED int cuDriverGetVersion(int* version) {
  *version = driver().version;
  return 0;
}

EXPORTED int cuDeviceGetCount(int* count) {
  *count = static_cast<int>(driver().capabilities.size());
  return 0;
}

EXPORTED int cuDeviceGet(int* device, int ordinal) {
  *device = ordinal;
  return 0;
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
