// TensorRT behind the engine table: GPUs.
#include "engine/registry.h"
#include "engine/status.h"
#include "engine/tensorrt/job.h"

namespace pdfnet::tensorrt {
namespace {

constexpr unsigned kPortable = 1;  // pinned for every context

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

// Nothing is thrown through the table.
template <typename Work>
void guarded(Status* status, const char* code, Work work) {
  try {
    work();
  } catch (...) {
    fail_with_exception(status, code);
  }
}

void open(const OpenOptions* options, Engine** engine, Status* status) {
  guarded(status, kErrEngineOpen, [&] { *engine = reinterpret_cast<Engine*>(new Model(*options)); });
}

void load(Engine* engine, Status* status) {
  guarded(status, kErrEngineOpen, [&] { as_model(engine)->load(status); });
}

void interrupt(Engine* engine) {
  as_model(engine)->interrupt();
}

void close(Engine* engine) {
  delete as_model(engine);
}

size_t tensor_count(const Engine* engine) {
  return as_model(engine)->plan().tensors().size();
}

void tensor(const Engine* engine, size_t index, TensorInfo* info) {
  const PlanTensor& tensor = as_model(engine)->plan().tensors()[index];
  *info = tensor.info;
  info->name = tensor.name.c_str();
}

void open_stream(Engine* engine, Stream** stream, Status* status) {
  guarded(status, kErrEngineOpen,
          [&] { *stream = reinterpret_cast<Stream*>(Queue::open(as_model(engine)->device(), status).release()); });
}

void close_stream(Stream* stream) {
  delete as_queue(stream);
}

void create(Engine* engine, Stream* stream, Context** context, Status* status) {
  guarded(status, kErrEngineOpen, [&] {
    *context = reinterpret_cast<Context*>(Job::create(as_model(engine), as_queue(stream), status).release());
  });
}

void destroy(Context* context) {
  delete as_job(context);
}

void allocate_memory(Stream* stream, size_t bytes, void** memory, Status* status) {
  *memory = allocate(as_queue(stream)->device(), bytes, status);
}

void release_memory(Stream* stream, void* memory) {
  Queue* const queue = as_queue(stream);
  Status ignored;
  queue->synchronize(&ignored);
  release(queue->device(), memory);
}

void allocate_pinned(Engine* engine, size_t bytes, void** memory, Status* status) {
  Device* const device = as_model(engine)->device();
  if (!device->enter(status)) return;
  void* block = nullptr;
  const int error = device->driver().host_allocate(&block, bytes + kAlignment, kPortable);
  if (error == cuda::kOutOfMemory) {
    return fail(status, kErrMemory, "%zu bytes of the host's memory could not be pinned", bytes);
  }
  if (!device->check(error, "cuMemHostAlloc", kErrEngineRun, status)) return;
  // Whose it is stands before it.
  *static_cast<Device**>(block) = device;
  *memory = static_cast<uint8_t*>(block) + kAlignment;
}

void release_pinned(void* memory) {
  void* const block = static_cast<uint8_t*>(memory) - kAlignment;
  Device* const device = *static_cast<Device**>(block);
  Status ignored;
  if (device->enter(&ignored)) device->quietly(&cuda::Driver::host_free, "cuMemFreeHost", block);
}

void begin(Stream* stream) {
  as_queue(stream)->begin();
}

void copy_in(Stream* stream, void* device, const void* host, size_t bytes, Status* status) {
  as_queue(stream)->copy_in(device, host, bytes, status);
}

void copy_out(Stream* stream, void* host, const void* device, size_t bytes, Status* status) {
  as_queue(stream)->copy_out(host, device, bytes, status);
}

void bind(Context* context, size_t index, const int64_t* shape, int32_t rank, void* data, size_t bytes,
          Status* status) {
  guarded(status, kErrEngineRun, [&] { as_job(context)->bind(index, shape, rank, data, bytes, status); });
}

void enqueue(Context* context, Status* status) {
  guarded(status, kErrEngineRun, [&] { as_job(context)->enqueue(status); });
}

void mark(Stream* stream, Status* status) {
  guarded(status, kErrEngineRun, [&] { as_queue(stream)->mark(status); });
}

void wait(Stream* stream, Status* status) {
  as_queue(stream)->wait(status);
}

size_t laps(Stream* stream, double* milliseconds, size_t capacity) {
  return as_queue(stream)->laps(milliseconds, capacity);
}

void cancel(Stream* stream) {
  as_queue(stream)->cancel();
}

constexpr EngineApi kTable = {
    kEngineApiVersion,
    "tensorrt",
    false,
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
    allocate_memory,
    release_memory,
    allocate_pinned,
    release_pinned,
    begin,
    copy_in,
    copy_out,
    bind,
    enqueue,
    mark,
    wait,
    laps,
    cancel,
};

[[maybe_unused]] const bool registered = register_engine(&kTable);

}  // namespace
}  // namespace pdfnet::tensorrt
