// Runs on ONNX Runtime: the caller's memory is bound as it is, and nothing is copied.
#include "engine/dtype.h"
#include "engine/onnxruntime/engine.h"

namespace pdfnet::onnxruntime {
namespace {

void run(Job* job, Status* status) {
  const Model& model = *job->model;
  const CApi& api = model.api();
  std::vector<const char*> names;
  std::vector<OrtValue*> values;
  for (size_t index = 0; index < model.tensors.size(); ++index) {
    names.push_back(model.tensors[index].name.c_str());
    values.push_back(job->values[index].get());
  }
  const size_t inputs = model.input_count;
  check(api,
        api.run(model.session.get(), job->queue->options.get(), names.data(), values.data(), inputs,
                names.data() + inputs, names.size() - inputs, values.data() + inputs),
        kErrEngineRun, status);
}

}  // namespace

Queue* open_queue(const Model* model, Status* status) {
  const CApi& api = model->api();
  auto queue = std::make_unique<Queue>();
  queue->model = model;
  queue->options = own<OrtRunOptions>(
      api, api.release_run_options, [&](auto** out) { return api.create_run_options(out); }, kErrEngineOpen, status);
  if (!queue->options ||
      !check(api, api.set_run_severity(queue->options.get(), kSeverityError), kErrEngineOpen, status)) {
    return nullptr;
  }
  return queue.release();
}

void begin_queue(Queue* queue) {
  const CApi& api = queue->model->api();
  queue->cancelled = false;
  queue->marks.clear();
  Status ignored;
  check(api, api.unset_terminate(queue->options.get()), kErrInternal, &ignored);
}

void bind_tensor(Job* job, size_t index, const int64_t* shape, int32_t rank, void* data, size_t bytes, Status* status) {
  const Model& model = *job->model;
  const CApi& api = model.api();
  job->values[index] = own<OrtValue>(
      api, api.release_value,
      [&](auto** out) {
        return api.create_tensor(model.memory.get(), data, bytes, shape, static_cast<size_t>(rank),
                                 static_cast<int>(model.tensors[index].info.dtype), out);
      },
      kErrEngineRun, status);
}

void run_job(Job* job, Status* status) {
  run(job, status);
  for (Handle<OrtValue>& value : job->values) value.reset();
  if (!status->ok() && job->queue->cancelled) {
    *status = {};
    fail(status, kErrAborted, "the run was cancelled");
  }
}

void cancel_queue(Queue* queue) {
  const CApi& api = queue->model->api();
  queue->cancelled = true;
  Status ignored;
  check(api, api.set_terminate(queue->options.get()), kErrInternal, &ignored);
}

}  // namespace pdfnet::onnxruntime
