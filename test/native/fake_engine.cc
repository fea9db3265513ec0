// An engine of known arithmetic behind the real table: every output is an input × scale + offset, element by element,
// and begins anew where that ends. Its settings describe the model (`inputs`, `outputs`: `name:dtype:1,3,-1;…` with
// float32 or uint8), what it costs
// (`delay_ms` an enqueue, `load_ms`, `bytes` of memory; `deaf` to being cancelled) and where it fails (`fail_at`: open,
// load, stream, create, allocate, pinned, copy_in, copy_out, bind, enqueue, mark or wait; `fail_nth`: from which call
// of it on, counted from 1; `fail_count`: how many; `fail_code`, of which ERR_GPU_LOST ends that GPU for the whole
// process). A setting `NAME.key` is that of the model whose path ends in NAME alone. Its memory is apart from the
// host's, and it does nothing before it is waited for, as a GPU.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "engine/dtype.h"
#include "engine/host_marks.h"
#include "engine/memory.h"
#include "engine/registry.h"
#include "engine/status.h"
#include "fake_model.h"

namespace pdfnet {
namespace {

struct FakeContext;

struct FakeStream {
  FakeEngine* engine;
  Delay delay;
  std::vector<std::function<void(Status*)>> enqueued;
  HostMarks marks;
};

struct Bound {
  void* data = nullptr;
  size_t count = 0;
};

struct FakeContext {
  FakeEngine* engine;
  FakeStream* stream;
  std::vector<Bound> bound;
};

FakeEngine* as_fake(Engine* engine) {
  return reinterpret_cast<FakeEngine*>(engine);
}
const FakeEngine* as_fake(const Engine* engine) {
  return reinterpret_cast<const FakeEngine*>(engine);
}
FakeStream* as_fake(Stream* stream) {
  return reinterpret_cast<FakeStream*>(stream);
}
FakeContext* as_fake(Context* context) {
  return reinterpret_cast<FakeContext*>(context);
}

void read_tensors(FakeEngine* fake, const std::string& description, bool is_input) {
  std::istringstream rows(description);
  for (std::string row; std::getline(rows, row, ';');) {
    FakeTensor tensor{};
    std::istringstream fields(row);
    std::string dtype;
    std::getline(fields, tensor.name, ':');
    std::getline(fields, dtype, ':');
    tensor.info.dtype = dtype == "uint8" ? DType::kUint8 : dtype == "int64" ? DType::kInt64 : DType::kFloat32;
    tensor.info.is_input = is_input;
    for (std::string size; std::getline(fields, size, ',');)
      tensor.info.shape[tensor.info.rank++] = std::atoll(size.c_str());
    fake->tensors.push_back(tensor);
  }
}

double read_element(DType dtype, const void* data, size_t index) {
  return dtype == DType::kUint8 ? static_cast<const uint8_t*>(data)[index] : static_cast<const float*>(data)[index];
}

void write_element(DType dtype, void* data, size_t index, double value) {
  if (dtype == DType::kUint8) {
    static_cast<uint8_t*>(data)[index] = static_cast<uint8_t>(std::lround(std::clamp(value, 0.0, 255.0)));
  } else {
    static_cast<float*>(data)[index] = static_cast<float>(value);
  }
}

// Fills `bytes` with the first `period` of them, again and again.
void repeat(uint8_t* data, size_t period, size_t bytes) {
  for (size_t done = period; done < bytes; done *= 2) std::memcpy(data + done, data, std::min(done, bytes - done));
}

void compute(const FakeEngine& fake, const std::vector<Bound>& bound) {
  const double scale = fake.number("scale", 2);
  const double offset = fake.number("offset", 1);
  for (size_t output = fake.input_count; output < fake.tensors.size(); ++output) {
    const size_t input = (output - fake.input_count) % fake.input_count;
    const Bound& from = bound[input];
    const Bound& to = bound[output];
    const DType dtype = fake.tensors[output].info.dtype;
    const size_t period = std::min(from.count, to.count);
    for (size_t index = 0; index < period; ++index) {
      const double value = read_element(fake.tensors[input].info.dtype, from.data, index);
      write_element(dtype, to.data, index, value * scale + offset);
    }
    repeat(static_cast<uint8_t*>(to.data), period * element_bytes(dtype), to.count * element_bytes(dtype));
  }
}

void open(const OpenOptions* options, Engine** engine, Status* status) {
  auto fake = std::make_unique<FakeEngine>();
  fake->gpu = options->gpu;
  fake->model = options->model;
  fake->model.erase(0, fake->model.rfind('/') + 1);
  for (size_t index = 0; index < options->setting_count; ++index) {
    fake->settings[options->settings[index].key] = options->settings[index].value;
  }
  fake->maybe_fail("open", status);
  if (status->ok()) *engine = reinterpret_cast<Engine*>(fake.release());
}

void load(Engine* engine, Status* status) {
  FakeEngine* fake = as_fake(engine);
  if (!fake->loading.wait(static_cast<int>(fake->number("load_ms", 0)))) {
    return fail(status, kErrAborted, "the opening was cancelled");
  }
  fake->maybe_fail("load", status);
  if (!status->ok()) return;
  fake->memory.assign(static_cast<size_t>(fake->number("bytes", 0)), 1);
  read_tensors(fake, fake->text("inputs", "x:float32:4"), true);
  fake->input_count = fake->tensors.size();
  read_tensors(fake, fake->text("outputs", "y:float32:4"), false);
}

void interrupt(Engine* engine) {
  as_fake(engine)->loading.end();
}

void close(Engine* engine) {
  delete as_fake(engine);
}

size_t tensor_count(const Engine* engine) {
  return as_fake(engine)->tensors.size();
}

void tensor(const Engine* engine, size_t index, TensorInfo* info) {
  const FakeTensor& tensor = as_fake(engine)->tensors[index];
  *info = tensor.info;
  info->name = tensor.name.c_str();
}

void open_stream(Engine* engine, Stream** stream, Status* status) {
  as_fake(engine)->maybe_fail("stream", status);
  if (!status->ok()) return;
  auto* fake = new FakeStream;
  fake->engine = as_fake(engine);
  *stream = reinterpret_cast<Stream*>(fake);
}

// What nobody waited for still happens, whatever has become of its memory.
void happen(FakeStream* stream) {
  stream->delay.end();
  Status ignored;
  for (const auto& work : stream->enqueued) work(&ignored);
  stream->enqueued.clear();
}

void close_stream(Stream* stream) {
  happen(as_fake(stream));
  delete as_fake(stream);
}

void create(Engine* engine, Stream* stream, Context** context, Status* status) {
  FakeEngine* fake = as_fake(engine);
  fake->maybe_fail("create", status);
  if (!status->ok()) return;
  *context =
      reinterpret_cast<Context*>(new FakeContext{fake, as_fake(stream), std::vector<Bound>(fake->tensors.size())});
}

void destroy(Context* context) {
  delete as_fake(context);
}

void allocate(Stream* stream, size_t bytes, void** memory, Status* status) {
  as_fake(stream)->engine->maybe_fail("allocate", status);
  if (status->ok()) allocate_aligned(bytes, memory, status);
}

void release(Stream*, void* memory) {
  std::free(memory);
}

void allocate_pinned(Engine* engine, size_t bytes, void** memory, Status* status) {
  as_fake(engine)->maybe_fail("pinned", status);
  if (status->ok()) allocate_aligned(bytes, memory, status);
}

void release_pinned(void* memory) {
  std::free(memory);
}

void begin(Stream* stream) {
  happen(as_fake(stream));
  as_fake(stream)->delay.reset();
  as_fake(stream)->marks.clear();
}

void copy(Stream* stream, const char* stage, void* to, const void* from, size_t bytes, Status* status) {
  as_fake(stream)->engine->maybe_fail(stage, status);
  if (status->ok()) as_fake(stream)->enqueued.push_back([=](Status*) { std::memcpy(to, from, bytes); });
}

void copy_in(Stream* stream, void* device, const void* host, size_t bytes, Status* status) {
  copy(stream, "copy_in", device, host, bytes, status);
}

void copy_out(Stream* stream, void* host, const void* device, size_t bytes, Status* status) {
  copy(stream, "copy_out", host, device, bytes, status);
}

void bind(Context* context, size_t index, const int64_t*, int32_t, void* data, size_t bytes, Status* status) {
  FakeContext* fake = as_fake(context);
  fake->engine->maybe_fail("bind", status);
  fake->bound[index] = {data, bytes / element_bytes(fake->engine->tensors[index].info.dtype)};
}

void enqueue(Context* context, Status* status) {
  FakeContext* fake = as_fake(context);
  fake->engine->maybe_fail("enqueue", status);
  if (!status->ok()) return;
  fake->stream->enqueued.push_back([fake, bound = fake->bound](Status* ended) {
    if (!fake->stream->delay.wait(static_cast<int>(fake->engine->number("delay_ms", 0)))) {
      return fail(ended, kErrAborted, "the run was cancelled");
    }
    fake->engine->maybe_fail("wait", ended);
    if (ended->ok()) compute(*fake->engine, bound);
  });
}

void mark(Stream* stream, Status* status) {
  FakeStream* fake = as_fake(stream);
  fake->engine->maybe_fail("mark", status);
  if (status->ok()) fake->enqueued.push_back([fake](Status*) { fake->marks.add(); });
}

void wait(Stream* stream, Status* status) {
  as_fake(stream)->engine->fail_if_lost(status);
  for (const auto& work : as_fake(stream)->enqueued) {
    if (status->ok()) work(status);
  }
  as_fake(stream)->enqueued.clear();
}

size_t laps(Stream* stream, double* milliseconds, size_t capacity) {
  return as_fake(stream)->marks.laps(milliseconds, capacity);
}

void cancel(Stream* stream) {
  if (as_fake(stream)->engine->number("deaf", 0) == 0) as_fake(stream)->delay.end();
}

constexpr EngineApi kTable = {
    kEngineApiVersion,
    "fake",
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
    allocate,
    release,
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
}  // namespace pdfnet
