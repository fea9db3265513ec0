// The engine table: all that the sessions know of CUDA, TensorRT and ONNX Runtime. A plain C function table, so that an
// implementation can be compiled once per ABI and a fake can stand in for any of them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pdfnet {

constexpr int kMaxRank = 8;
constexpr uint32_t kEngineApiVersion = 2;

// The codes are those of ts/errors.ts, so that JavaScript never parses a message.
struct Status {
  const char* code = nullptr;  // nullptr: success
  char message[1024] = {};
  bool ok() const { return code == nullptr; }
};

// ONNX's numbers (TensorProto.DataType).
enum class DType : int32_t {
  kFloat32 = 1,
  kUint8 = 2,
  kInt8 = 3,
  kUint16 = 4,
  kInt16 = 5,
  kInt32 = 6,
  kInt64 = 7,
  kBool = 9,
  kFloat16 = 10,
  kFloat64 = 11,
  kUint32 = 12,
  kUint64 = 13,
  kBfloat16 = 16,
};

struct TensorInfo {
  const char* name;  // lives as long as the engine
  DType dtype;
  bool is_input;
  bool on_host;  // read or written by the host: a shape, of which a GPU needs the values before it starts
  int32_t rank;
  int64_t shape[kMaxRank];  // -1: known only at the run
};

struct Setting {
  const char* key;
  const char* value;
};

struct OpenOptions {
  const char* library;  // absolute path
  const char* model;    // absolute path: an ONNX file, or a plan
  int32_t threads;      // of the CPU device; 0: one a core
  int32_t gpu;          // index, as the driver counts
  const Setting* settings;
  size_t setting_count;
};

struct Engine;   // a loaded model: immutable, shared by its contexts
struct Stream;   // an order of work: what is enqueued on it is done one after the other
struct Context;  // one model's run on one stream; the contexts of a chain share theirs

// Calls on one stream, and on the contexts and memory made on it, come from one thread at a time; `interrupt` and
// `cancel` alone come from any. No call throws, none ends the process, and a status is written only where one fails.
struct EngineApi {
  uint32_t version;
  const char* name;
  bool reads_host_memory;  // what it computes with is the host's memory: nothing needs to be copied

  // `open` is quick and only takes note of the options; `load` does the work, and is ended early by `interrupt`.
  // After `load` failed, `close` is all that may be called.
  void (*open)(const OpenOptions* options, Engine** engine, Status* status);
  void (*load)(Engine* engine, Status* status);
  void (*interrupt)(Engine* engine);
  void (*close)(Engine* engine);

  // Inputs first, then outputs, each in the model's order.
  size_t (*tensor_count)(const Engine* engine);
  void (*tensor)(const Engine* engine, size_t index, TensorInfo* info);

  // Streams and contexts are gone before their engines are closed, contexts before their stream. A stream serves the
  // contexts of any engine of the same device.
  void (*open_stream)(Engine* engine, Stream** stream, Status* status);
  void (*close_stream)(Stream* stream);
  void (*create)(Engine* engine, Stream* stream, Context** context, Status* status);
  void (*destroy)(Context* context);

  // Memory of the device, aligned to 256 bytes. `release` waits for what is enqueued.
  void (*allocate)(Stream* stream, size_t bytes, void** memory, Status* status);
  void (*release)(Stream* stream, void* memory);

  // Memory of the host that the device reaches by itself, aligned to 256 bytes. From any thread; it may outlive the
  // engine.
  void (*allocate_pinned)(Engine* engine, size_t bytes, void** memory, Status* status);
  void (*release_pinned)(void* memory);

  // Starts a run: forgets a cancel that came after the last one had ended, and the marks.
  void (*begin)(Stream* stream);

  // In the stream's order. The host's memory stays valid until `wait` returns.
  void (*copy_in)(Stream* stream, void* device, const void* host, size_t bytes, Status* status);
  void (*copy_out)(Stream* stream, void* host, const void* device, size_t bytes, Status* status);

  // The memory of a tensor for the next enqueue, with its shape; every tensor of the model is bound before each. It is
  // the device's, or the host's for a tensor that is on the host, and stays valid until `wait` returns.
  void (*bind)(Context* context, size_t index, const int64_t* shape, int32_t rank, void* data, size_t bytes,
               Status* status);
  void (*enqueue)(Context* context, Status* status);

  // Notes the time at this place of the stream.
  void (*mark)(Stream* stream, Status* status);

  // Until all that was enqueued has ended, well or not.
  void (*wait)(Stream* stream, Status* status);

  // After `wait`: the milliseconds between the marks, one fewer than there are marks. Gives how many were written.
  size_t (*laps)(Stream* stream, double* milliseconds, size_t capacity);

  // Ends the run in flight with ERR_ABORTED where the device can; between runs it does no harm.
  void (*cancel)(Stream* stream);
};

}  // namespace pdfnet
