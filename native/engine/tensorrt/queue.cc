// A CUDA stream with what its contexts share.
#include "engine/tensorrt/queue.h"

#include <algorithm>

#include "engine/status.h"
#include "engine/tensorrt/job.h"

namespace pdfnet::tensorrt {
namespace {

cuda::DeviceAddress address_of(const void* memory) {
  return reinterpret_cast<cuda::DeviceAddress>(memory);
}

}  // namespace

std::unique_ptr<Queue> Queue::open(Device* device, Status* status) {
  if (!device->enter(status)) return nullptr;
  StreamHandle stream = make_stream(device, status);
  Event done = stream ? make_event(device, EventKind::kWait, status) : Event(nullptr, {device});
  Event turn = done ? make_event(device, EventKind::kWait, status) : Event(nullptr, {device});
  if (!status->ok()) return nullptr;
  return std::unique_ptr<Queue>(new Queue(device, std::move(stream), std::move(done), std::move(turn)));
}

Queue::~Queue() {
  Status ignored;
  synchronize(&ignored);
  Turns& turns = device_->turns();
  const std::lock_guard<std::mutex> lock(turns.mutex);
  if (turns.last == turn_.get()) turns.last = nullptr;
}

void Queue::begin() {
  cancelled_ = false;
  mark_count_ = 0;
}

bool Queue::accepts(Status* status) {
  if (cancelled_) {
    fail(status, kErrAborted, "the run was cancelled");
    return false;
  }
  return device_->enter(status);
}

void Queue::copy_in(void* device, const void* host, size_t bytes, Status* status) {
  if (accepts(status)) {
    device_->call(&cuda::Driver::copy_in, "cuMemcpyHtoDAsync", kErrEngineRun, status, address_of(device), host, bytes,
                  stream());
  }
}

void Queue::copy_out(void* host, const void* device, size_t bytes, Status* status) {
  if (accepts(status)) {
    device_->call(&cuda::Driver::copy_out, "cuMemcpyDtoHAsync", kErrEngineRun, status, host, address_of(device), bytes,
                  stream());
  }
}

void Queue::mark(Status* status) {
  if (!device_->enter(status)) return;
  if (mark_count_ == marks_.size()) {
    Event event = make_event(device_, EventKind::kTime, status);
    if (!event) return;
    marks_.push_back(std::move(event));
  }
  CUevent_st* const event = marks_[mark_count_].get();
  if (device_->call(&cuda::Driver::event_record, "cuEventRecord", kErrEngineRun, status, event, stream())) {
    ++mark_count_;
  }
}

size_t Queue::laps(double* milliseconds, size_t capacity) {
  Status ignored;
  if (mark_count_ == 0 || !device_->enter(&ignored)) return 0;
  const size_t count = std::min(mark_count_ - 1, capacity);
  for (size_t lap = 0; lap < count; ++lap) {
    float elapsed = 0;
    if (!device_->call(&cuda::Driver::event_elapsed, "cuEventElapsedTime", kErrEngineRun, &ignored, &elapsed,
                       marks_[lap].get(), marks_[lap + 1].get())) {
      return lap;
    }
    milliseconds[lap] = static_cast<double>(elapsed);
  }
  return count;
}

void Queue::wait(Status* status) {
  synchronize(status);
  const bool ended_well = status->ok() && !device_->lost();
  for (const InFlight& run : in_flight_) {
    if (!ended_well) continue;
    run.bindings->deliver();
    run.model->note_run();
  }
  in_flight_.clear();
}

void Queue::synchronize(Status* status) {
  // Where this fails the context may be the thread's from before, and what is in flight must end in any case.
  Status ignored;
  device_->enter(&ignored);
  CUevent_st* const done = done_.get();
  Status asleep;
  if (device_->call(&cuda::Driver::event_record, "cuEventRecord", kErrEngineRun, &asleep, done, stream()) &&
      device_->call(&cuda::Driver::event_synchronize, "cuEventSynchronize", kErrEngineRun, &asleep, done)) {
    return;
  }
  // The event failed and not the work: that may still be in flight, and its memory must not be given back.
  device_->call(&cuda::Driver::stream_synchronize, "cuStreamSynchronize", kErrEngineRun, status, stream());
  if (status->ok()) *status = asleep;
}

void Queue::reserve(size_t bytes, Status* status) {
  if (arena_.holds(bytes)) return;
  synchronize(status);
  if (!status->ok()) return;
  for (Job* job : jobs_) job->drop_graphs();
  arena_.replace(bytes, status);
}

void Queue::begin_turn(Status* status) {
  CUevent_st* const last = device_->turns().last;
  if (last == nullptr || last == turn_.get()) return;
  device_->call(&cuda::Driver::stream_wait_event, "cuStreamWaitEvent", kErrEngineRun, status, stream(), last, 0U);
}

// Whatever became of the work, some of it may be on its way.
void Queue::end_turn(Status* status) {
  Status ended;
  CUevent_st* const turn = turn_.get();
  if (device_->call(&cuda::Driver::event_record, "cuEventRecord", kErrEngineRun, &ended, turn, stream())) {
    device_->turns().last = turn;
  }
  if (status->ok()) *status = ended;
}

void Queue::keep(std::shared_ptr<const Bindings> bindings, Model* model) {
  in_flight_.push_back({std::move(bindings), model});
}

void Queue::remove(Job* job) {
  Status ignored;
  synchronize(&ignored);
  in_flight_.clear();
  jobs_.erase(std::remove(jobs_.begin(), jobs_.end(), job), jobs_.end());
}

}  // namespace pdfnet::tensorrt
