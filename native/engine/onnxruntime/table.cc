// ONNX Runtime behind the engine table: the CPU device.
#include <cstdlib>
#include <cstring>

#include "engine/memory.h"
#include "engine/onnxruntime/engine.h"
#include "engine/priority.h"
#include "engine/registry.h"

namespace pdfnet::onnxruntime {
namespace {

Model* as_model(Engine* engine) {
  return reinterpret_cast<Model*>(engine);
}
const Model* as_model(const Engine* engine) {
  return reinterpret_cast<const Model*>(engine);
}
Queue* as_queue(Stream* stream) {
  return reinterpret_cast<Queue*>(stream);
}
Job* as_job(Context* context) {
  return reinterpret_cast<Job*>(context);
}

void open(const OpenOptions* options, Engine** engine, Status* status) {
  try {
    give_way();  // with the library's threads and the instances', which are started from here
    auto model = std::make_unique<Model>();
    model->library = options->library;
    model->path = options->model;
    model->threads = options->threads;
    *engine = reinterpret_cast<Engine*>(model.release());
  } catch (...) {
    fail_with_exception(status, kErrEngineOpen);
  }
}

void load(Engine* engine, Status* status) {
  try {
    load_model(as_model(engine), status);
    return_free_memory();
  } catch (...) {
    fail_with_exception(status, kErrEngineOpen);
  }
}

void interrupt(Engine* engine) {
  interrupt_model(as_model(engine));
}

void close(Engine* engine) {
  delete as_model(engine);
  return_free_memory();
}

size_t tensor_count(const Engine* engine) {
  return as_model(engine)->tensors.size();
}

void tensor(const Engine* engine, size_t index, TensorInfo* info) {
  const Tensor& tensor = as_model(engine)->tensors[index];
  *info = tensor.info;
  info->name = tensor.name.c_str();
}

void open_stream(Engine* engine, Stream** stream, Status* status) {
  try {
    *stream = reinterpret_cast<Stream*>(open_queue(as_model(engine), status));
  } catch (...) {
    fail_with_exception(status, kErrEngineOpen);
  }
}

void close_stream(Stream* stream) {
  delete as_queue(stream);
}

void create(Engine* engine, Stream* stream, Context** context, Status* status) {
  try {
    const Model* model = as_model(engine);
    auto job = std::make_unique<Job>(Job{model, as_queue(stream), {}});
    while (job->values.size() < model->tensors.size()) job->values.push_back({nullptr, {model->api().release_value}});
    *context = reinterpret_cast<Context*>(job.release());
  } catch (...) {
    fail_with_exception(status, kErrEngineOpen);
  }
}

void destroy(Context* context) {
  delete as_job(context);
}

void allocate(Stream*, size_t bytes, void** memory, Status* status) {
  allocate_aligned(bytes, memory, status);
}

void release(Stream*, void* memory) {
  std::free(memory);
}

void allocate_pinned(Engine*, size_t bytes, void** memory, Status* status) {
  allocate_aligned(bytes, memory, status);
}

void release_pinned(void* memory) {
  std::free(memory);
}

void copy(Stream*, void* to, const void* from, size_t bytes, Status*) {
  std::memcpy(to, from, bytes);
}

void begin(Stream* stream) {
  begin_queue(as_queue(stream));
}

void bind(Context* context, size_t index, const int64_t* shape, int32_t rank, void* data, size_t bytes,
          Status* status) {
  bind_tensor(as_job(context), index, shape, rank, data, bytes, status);
}

void enqueue(Context* context, Status* status) {
  try {
    run_job(as_job(context), status);
  } catch (...) {
    fail_with_exception(status, kErrEngineRun);
  }
}

void mark(Stream* stream, Status* status) {
  try {
    as_queue(stream)->marks.add();
  } catch (...) {
    fail_with_exception(status, kErrEngineRun);
  }
}

void wait(Stream*, Status*) {}

size_t laps(Stream* stream, double* milliseconds, size_t capacity) {
  return as_queue(stream)->marks.laps(milliseconds, capacity);
}

void cancel(Stream* stream) {
  cancel_queue(as_queue(stream));
}

constexpr EngineApi kTable = {
    kEngineApiVersion,
    "cpu",
    true,
    open,
    load,
    interrupt,
    close,
    tensor_count,
    tensor,
    open_stream,
    close_stream,
    create,
    destroy,
    allocate,
    release,
    allocate_pinned,
    release_pinned,
    begin,
    copy,
    copy,
    bind,
    enqueue,
    mark,
    wait,
    laps,
    cancel,
};

[[maybe_unused]] const bool registered = register_engine(&kTable);

}  // namespace
}  // namespace pdfnet::onnxruntime
