// One run at a time: an engine's stream and context, and the calls that make a run of them.
#include "session/instance.h"

namespace pdfnet {

std::unique_ptr<Instance> Instance::create(const EngineApi& api, SharedEngine engine, Status* status) {
  std::unique_ptr<Instance> instance(new Instance(api, std::move(engine)));
  api.open_stream(instance->engine_.get(), &instance->stream_, status);
  if (status->ok()) api.create(instance->engine_.get(), instance->stream_, &instance->context_, status);
  return status->ok() ? std::move(instance) : nullptr;
}

Instance::~Instance() {
  if (context_ != nullptr) api_.destroy(context_);
  if (stream_ != nullptr) api_.close_stream(stream_);
}

void Instance::run(const std::vector<Binding>& bindings, Status* status) {
  for (size_t index = 0; index < bindings.size() && status->ok(); ++index) {
    const Binding& binding = bindings[index];
    api_.bind(context_, index, binding.shape.data(), static_cast<int32_t>(binding.shape.size()), binding.data,
              binding.bytes, status);
  }
  if (status->ok()) api_.enqueue(context_, status);
  // Waits after a failure too: the memory is the caller's again as soon as this returns.
  Status ended;
  api_.wait(stream_, &ended);
  if (status->ok()) *status = ended;
}

}  // namespace pdfnet
