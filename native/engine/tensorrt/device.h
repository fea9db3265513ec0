// One GPU of this process: its primary context, what CUDA's errors mean for it, and owners for what lives on it.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "dl/driver.h"
#include "engine/api.h"

namespace pdfnet::tensorrt {

constexpr size_t kAlignment = 256;  // of every address that TensorRT is given

// Whose kernels come next on a GPU: see Queue::in_turn.
struct Turns {
  std::mutex mutex;
  CUevent_st* last = nullptr;  // behind what was enqueued last, on whichever stream
};

class Device {
 public:
  // The one for all of the process, its primary context retained for good; nullptr, with the status, where there is no
  // such GPU.
  static Device* find(int32_t ordinal, Status* status);

  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  // Makes the context the calling thread's. False, with ERR_GPU_LOST, where it is dead: no call may follow then, as it
  // could hang.
  bool enter(Status* status);

  // Makes a call, unless the context is dead, and reports its failure: by `code`, unless the failure is one that has a
  // code of its own.
  template <typename... Parameters, typename... Arguments>
  bool call(int (*cuda::Driver::*function)(Parameters...), const char* name, const char* code, Status* status,
            Arguments... arguments) {
    if (lost()) {
      fail_lost(status);
      return false;
    }
    return check((driver_.*function)(arguments...), name, code, status);
  }

  // The same where nobody can be told: only a death is noted.
  template <typename... Parameters, typename... Arguments>
  int quietly(int (*cuda::Driver::*function)(Parameters...), const char* name, Arguments... arguments) {
    if (lost()) return cuda::kSuccess;
    const int error = (driver_.*function)(arguments...);
    note(error, name);
    return error;
  }

  // Reports the failure that a call answered with, as `call` does.
  bool check(int error, const char* name, const char* code, Status* status);

  bool lost() const { return lost_; }
  int32_t ordinal() const { return ordinal_; }
  const cuda::Driver& driver() const { return driver_; }
  Turns& turns() { return turns_; }

  // After TensorRT has failed: ERR_GPU_LOST instead of what it said, where that was because the context has died. Makes
  // a call that answers at once.
  void probe(CUstream_st* stream, Status* status);

  // ERR_GPU_MEMORY with the bytes that were needed and those that are free.
  void fail_memory(size_t needed, Status* status) const;

 private:
  Device(const cuda::Driver& driver, int32_t ordinal) : driver_(driver), ordinal_(ordinal) {}

  void note(int error, const char* name);
  void fail_lost(Status* status) const;
  void retain(Status* status);

  const cuda::Driver& driver_;
  const int32_t ordinal_;
  CUctx_st* context_ = nullptr;
  std::atomic<bool> lost_{false};
  Turns turns_;
};

// Destroys with the driver's call of that name, unless the context is dead.
template <auto Destroy>
struct Releaser {
  Device* device;
  template <typename Handle>
  void operator()(Handle* handle) const {
    device->quietly(Destroy, "releasing", handle);
  }
};

// Deletes what TensorRT has made, unless the context is dead: its destructors would call CUDA. It is left behind then.
struct Deleter {
  Device* device;
  template <typename T>
  void operator()(T* object) const {
    if (!device->lost()) delete object;
  }
};
template <typename T>
using OnDevice = std::unique_ptr<T, Deleter>;

using StreamHandle = std::unique_ptr<CUstream_st, Releaser<&cuda::Driver::stream_destroy>>;
using Event = std::unique_ptr<CUevent_st, Releaser<&cuda::Driver::event_destroy>>;
using Graph = std::unique_ptr<CUgraph_st, Releaser<&cuda::Driver::graph_destroy>>;
using Executable = std::unique_ptr<CUgraphExec_st, Releaser<&cuda::Driver::executable_destroy>>;

StreamHandle make_stream(Device* device, Status* status);

// Waiting for it puts the thread to sleep; with a time it can be measured from.
enum class EventKind { kWait, kTime };
Event make_event(Device* device, EventKind kind, Status* status);

// nullptr, with the status, where the GPU has no room.
void* allocate(Device* device, size_t bytes, Status* status);
void release(Device* device, void* memory);

}  // namespace pdfnet::tensorrt
