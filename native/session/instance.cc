// One run at a time: a stream, a context of each model on it, and the device's memory between them.
#include "session/instance.h"

#include <algorithm>
#include <utility>

#include "session/pages.h"

namespace pdfnet {

std::unique_ptr<Instance> Instance::create(const EngineApi& api, const std::vector<SharedEngine>& engines,
                                           const std::vector<ModelSpec>& models, Status* status) {
  std::unique_ptr<Instance> instance(new Instance(api, engines, models));
  api.open_stream(engines.front().get(), &instance->stream_, status);
  for (const SharedEngine& engine : engines) {
    if (!status->ok()) break;
    Context* context = nullptr;
    api.create(engine.get(), instance->stream_, &context, status);
    if (status->ok()) instance->contexts_.push_back(context);
  }
  return status->ok() ? std::move(instance) : nullptr;
}

Instance::~Instance() {
  for (Context* context : contexts_) api_.destroy(context);
  for (auto& [buffer, memory] : buffers_) memory.free(api_, stream_);
  for (auto& [place, memory] : staging_) memory.free(api_, stream_);
  if (stream_ != nullptr) api_.close_stream(stream_);
}

std::vector<StepTimings> Instance::run(const std::vector<Step>& steps, Status* status) {
  laps_.clear();
  make_room(steps, status);
  if (status->ok()) api_.mark(stream_, status);
  bool are_results_ready = false;
  for (size_t index = 0; index < steps.size() && status->ok(); ++index) {
    const Step& step = steps[index];
    enqueue(step, index, status);
    if (!status->ok() || !has_results(step)) continue;
    if (!std::exchange(are_results_ready, true)) bring_in_results(steps);
    copy_out(step, status);
    mark({index, &StepTimings::copy_out}, status);
  }
  // Waits after a failure too: the memory is the caller's again as soon as this returns.
  Status ended;
  api_.wait(stream_, &ended);
  if (status->ok()) *status = ended;
  return status->ok() ? read_laps(steps.size()) : std::vector<StepTimings>();
}

void Instance::mark(Lap lap, Status* status) {
  if (!status->ok()) return;
  api_.mark(stream_, status);
  laps_.push_back(lap);
}

std::vector<StepTimings> Instance::read_laps(size_t steps) {
  std::vector<double> milliseconds(laps_.size());
  milliseconds.resize(api_.laps(stream_, milliseconds.data(), milliseconds.size()));
  std::vector<StepTimings> timings(steps);
  for (size_t lap = 0; lap < milliseconds.size(); ++lap) timings[laps_[lap].step].*laps_[lap].part += milliseconds[lap];
  return timings;
}

// Before the first step: memory that moved between two steps would lose what is in it.
void Instance::make_room(const std::vector<Step>& steps, Status* status) {
  std::map<int32_t, size_t> needed;
  for (const Step& step : steps) {
    for (size_t index = 0; index < step.bindings.size(); ++index) {
      const Binding& binding = step.bindings[index];
      if (binding.buffer != kNoBuffer) {
        size_t& bytes = needed[binding.buffer];
        bytes = std::max(bytes, binding.offset + binding.bytes);
      } else if (is_staged(step, index)) {
        staging_[{step.model, index}].grow(api_, stream_, binding.bytes, status);
      }
    }
  }
  for (const auto& [buffer, bytes] : needed) buffers_[buffer].grow(api_, stream_, bytes, status);
}

void Instance::enqueue(const Step& step, size_t index, Status* status) {
  if (copy_in(step, status)) mark({index, &StepTimings::copy_in}, status);
  Context* context = contexts_[step.model];
  for (size_t tensor = 0; tensor < step.bindings.size() && status->ok(); ++tensor) {
    const Binding& binding = step.bindings[tensor];
    const auto rank = static_cast<int32_t>(binding.shape.size());
    api_.bind(context, tensor, binding.shape.data(), rank, memory_of(step, tensor), binding.bytes, status);
  }
  if (status->ok()) api_.enqueue(context, status);
  mark({index, &StepTimings::compute}, status);
}

// Whether there was something to copy.
bool Instance::copy_in(const Step& step, Status* status) {
  bool copied = false;
  for (size_t tensor = 0; tensor < step.bindings.size() && status->ok(); ++tensor) {
    const Binding& binding = step.bindings[tensor];
    if (!models_[step.model][tensor].is_input || !is_staged(step, tensor)) continue;
    api_.copy_in(stream_, memory_of(step, tensor), binding.data, binding.bytes, status);
    copied = true;
  }
  return copied;
}

void Instance::copy_out(const Step& step, Status* status) {
  for (size_t tensor = 0; tensor < step.bindings.size() && status->ok(); ++tensor) {
    const Binding& binding = step.bindings[tensor];
    if (is_result(step, tensor)) api_.copy_out(stream_, binding.data, memory_of(step, tensor), binding.bytes, status);
  }
}

// Fresh memory has no pages yet, and to bring them in takes longer than the copy. A copy to ordinary memory waits for
// the device, so this is done before the first one, for all: while the device computes.
void Instance::bring_in_results(const std::vector<Step>& steps) const {
  if (api_.reads_host_memory) return;
  for (const Step& step : steps) {
    for (size_t tensor = 0; tensor < step.bindings.size(); ++tensor) {
      if (is_result(step, tensor)) bring_in_pages(step.bindings[tensor].data, step.bindings[tensor].bytes);
    }
  }
}

void* Instance::memory_of(const Step& step, size_t index) {
  const Binding& binding = step.bindings[index];
  if (binding.buffer != kNoBuffer) return static_cast<uint8_t*>(buffers_[binding.buffer].data()) + binding.offset;
  return is_staged(step, index) ? staging_[{step.model, index}].data() : binding.data;
}

bool Instance::has_results(const Step& step) const {
  for (size_t tensor = 0; tensor < step.bindings.size(); ++tensor) {
    if (is_result(step, tensor)) return true;
  }
  return false;
}

bool Instance::is_result(const Step& step, size_t index) const {
  const Binding& binding = step.bindings[index];
  if (models_[step.model][index].is_input) return false;
  return binding.buffer != kNoBuffer ? binding.data != nullptr : is_staged(step, index);
}

bool Instance::is_staged(const Step& step, size_t index) const {
  return step.bindings[index].buffer == kNoBuffer && !api_.reads_host_memory && !models_[step.model][index].on_host;
}

}  // namespace pdfnet
