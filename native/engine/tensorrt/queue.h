// A CUDA stream with what its contexts share: activations' memory, marks, and what the GPU has not finished with.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/tensorrt/arena.h"
#include "engine/tensorrt/bindings.h"
#include "engine/tensorrt/model.h"

namespace pdfnet::tensorrt {

class Job;

class Queue {
 public:
  // nullptr, with the status, where CUDA makes none.
  static std::unique_ptr<Queue> open(Device* device, Status* status);
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;
  ~Queue();

  void begin();
  void cancel() { cancelled_ = true; }
  // False, with ERR_ABORTED or ERR_GPU_LOST, where nothing more may be enqueued.
  bool accepts(Status* status);

  void copy_in(void* device, const void* host, size_t bytes, Status* status);
  void copy_out(void* host, const void* device, size_t bytes, Status* status);
  void mark(Status* status);
  size_t laps(double* milliseconds, size_t capacity);

  // Until the GPU has done all that was enqueued: the end of a run.
  void wait(Status* status);
  // The same in its middle.
  void synchronize(Status* status);

  // Room for an enqueue's activations. Where that moves the arena, all captured graphs are dropped first.
  void reserve(size_t bytes, Status* status);

  // Does `work`, whose kernels begin once those that were enqueued before on any stream of the GPU have ended. On an
  // H100 TensorRT's kernels hung where four streams had them run at once, and side by side they gain next to nothing:
  // what overlaps is copies.
  template <typename Work>
  void in_turn(Status* status, Work work) {
    const std::lock_guard<std::mutex> lock(device_->turns().mutex);
    begin_turn(status);
    if (status->ok()) work();
    end_turn(status);
  }

  // Keeps them until `wait` has returned.
  void keep(std::shared_ptr<const Bindings> bindings, Model* model);

  void add(Job* job) { jobs_.push_back(job); }
  // Once the GPU has ended.
  void remove(Job* job);

  Device* device() const { return device_; }
  CUstream_st* stream() const { return stream_.get(); }
  const Arena& arena() const { return arena_; }

 private:
  struct InFlight {
    std::shared_ptr<const Bindings> bindings;
    Model* model;
  };

  Queue(Device* device, StreamHandle stream, Event done, Event turn)
      : device_(device), stream_(std::move(stream)), done_(std::move(done)), turn_(std::move(turn)), arena_(device) {}

  void begin_turn(Status* status);
  void end_turn(Status* status);

  Device* const device_;
  const StreamHandle stream_;
  const Event done_;
  const Event turn_;
  Arena arena_;
  std::vector<Event> marks_;
  size_t mark_count_ = 0;
  std::vector<InFlight> in_flight_;
  std::vector<Job*> jobs_;
  std::atomic<bool> cancelled_{false};
};

}  // namespace pdfnet::tensorrt
