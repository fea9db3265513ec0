// The engine table: all that the sessions know of CUDA, TensorRT and ONNX Runtime. A plain C function table, so that an
// implementation can be compiled once per ABI and a fake can stand in for any of them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pdfnet {

constexpr int kMaxRank = 8;

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
  int32_t rank;
  int64_t shape[kMaxRank];  // -1: known only at the run
};

struct Setting {
  const char* key;
  const char* value;
};

struct OpenOptions {
  const char* library;  // absolute path
  const char* model;    // absolute path
  int32_t threads;      // 0: one a core
  const Setting* settings;
  size_t setting_count;
};

struct Engine;   // an opened model: immutable, shared by its contexts
struct Context;  // one run at a time

enum class Memory : int32_t { kHost, kPinned, kDevice };

// Every call but `cancel` on one context comes from one thread at a time. No call throws, and none ends the process.
struct EngineApi {
  uint32_t version;
  const char* name;

  void (*open)(const OpenOptions* options, Engine** engine, Status* status);
  void (*close)(Engine* engine);
  size_t (*tensor_count)(const Engine* engine);
  void (*tensor)(const Engine* engine, size_t index, TensorInfo* info);

  void (*create)(Engine* engine, Context** context, Status* status);
  void (*destroy)(Context* context);

  void (*allocate)(Context* context, Memory memory, size_t bytes, void** data, Status* status);
  void (*free)(Context* context, Memory memory, void* data);
  void (*copy)(Context* context, void* to, Memory to_memory, const void* from, Memory from_memory, size_t bytes,
               Status* status);

  // The memory of a tensor for the next enqueue, in the engine's own kind of memory (`home`), with its shape.
  void (*bind)(Context* context, size_t index, const int64_t* shape, int32_t rank, void* data, size_t bytes,
               Status* status);
  Memory (*home)(const Engine* engine);
  void (*enqueue)(Context* context, Status* status);
  void (*wait)(Context* context, Status* status);

  // From any thread, any number of times: ends the run that is in flight with ERR_ABORTED where the device can.
  void (*cancel)(Context* context);
};

}  // namespace pdfnet
