// The machine behind the fake CUDA driver: what lives on it, what is enqueued, and which call is to fail.
#pragma once

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

// Of one translation unit.
namespace {

constexpr int kMajor = 75;
constexpr int kMinor = 76;
constexpr int kInvalidValue = 1;
constexpr int kOutOfMemory = 2;
constexpr int kInvalidContext = 201;
constexpr int kInvalidHandle = 400;
constexpr int kIllegalAddress = 700;
constexpr int kCaptureInvalidated = 901;
constexpr int kCaptureIsolation = 905;
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
  // What a call of that name answers before it does anything: that of the death, or the error that was asked for.
  int enter(const char* name) {
    if (dead_ == 0) return fault(name);
    ++calls_after_death_;
    return dead_;
  }

  // The error that was asked for at this call.
  int fault(const char* name) {
    const std::string wanted = environment("PDFNET_FAKE_CUDA_FAIL");
    if (wanted != failure_) {
      failure_ = wanted;
      calls_.clear();
      triggered_ = false;
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

// A call that needs no context, so that a dead one is nothing to it.
template <typename Body>
int ask(const char* name, Body body) {
  const std::lock_guard<std::mutex> lock(gpu().mutex);
  const int error = gpu().fault(name);
  return error == 0 ? body() : error;
}

char* pointer(unsigned long long address) {
  return reinterpret_cast<char*>(address);
}

}  // namespace
