// The part of ONNX Runtime's C API that is used, declared from its published interface: one table of function pointers
// that only ever grows at its end, so that a slot, once published, stays.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "dl/library.h"

namespace pdfnet::onnxruntime {

struct OrtAllocator;
struct OrtEnv;
struct OrtMemoryInfo;
struct OrtRunOptions;
struct OrtSession;
struct OrtSessionOptions;
struct OrtStatus;
struct OrtTensorInfo;
struct OrtThreadingOptions;
struct OrtTypeInfo;
struct OrtValue;

using LoggingFunction = void (*)(void* parameter, int severity, const char* category, const char* id,
                                 const char* location, const char* message);

constexpr int kSeverityError = 3;
constexpr int kOptimizeAll = 99;
constexpr int kArenaAllocator = 1;
constexpr int kDefaultMemory = 0;

// The oldest version whose operators and behaviour this package is tested with in mind.
constexpr uint32_t kOldestApi = 17;
// Loading can be cancelled from this one on.
constexpr uint32_t kLoadCancelApi = 22;

// A function that returns a status returns nullptr for success; the caller releases any other.
struct CApi {
  int (*error_code)(const OrtStatus*);
  const char* (*error_message)(const OrtStatus*);
  void (*release_status)(OrtStatus*);

  OrtStatus* (*create_threading_options)(OrtThreadingOptions**);
  OrtStatus* (*set_intra_op_threads)(OrtThreadingOptions*, int threads);
  OrtStatus* (*set_inter_op_threads)(OrtThreadingOptions*, int threads);
  OrtStatus* (*set_spinning)(OrtThreadingOptions*, int allowed);
  void (*release_threading_options)(OrtThreadingOptions*);
  OrtStatus* (*create_environment)(LoggingFunction, void* parameter, int severity, const char* id,
                                   const OrtThreadingOptions*, OrtEnv**);
  OrtStatus* (*disable_telemetry)(const OrtEnv*);
  void (*release_environment)(OrtEnv*);

  OrtStatus* (*create_session_options)(OrtSessionOptions**);
  OrtStatus* (*disable_per_session_threads)(OrtSessionOptions*);
  OrtStatus* (*enable_arena)(OrtSessionOptions*);
  OrtStatus* (*disable_memory_pattern)(OrtSessionOptions*);
  OrtStatus* (*set_optimization)(OrtSessionOptions*, int level);
  OrtStatus* (*set_session_severity)(OrtSessionOptions*, int severity);
  OrtStatus* (*set_load_cancel)(OrtSessionOptions*, bool cancel);  // nullptr before kLoadCancelApi
  void (*release_session_options)(OrtSessionOptions*);

  OrtStatus* (*create_session)(const OrtEnv*, const char* path, const OrtSessionOptions*, OrtSession**);
  OrtStatus* (*input_count)(const OrtSession*, size_t*);
  OrtStatus* (*output_count)(const OrtSession*, size_t*);
  OrtStatus* (*input_name)(const OrtSession*, size_t index, OrtAllocator*, char**);
  OrtStatus* (*output_name)(const OrtSession*, size_t index, OrtAllocator*, char**);
  OrtStatus* (*input_type)(const OrtSession*, size_t index, OrtTypeInfo**);
  OrtStatus* (*output_type)(const OrtSession*, size_t index, OrtTypeInfo**);
  void (*release_session)(OrtSession*);

  OrtStatus* (*as_tensor)(const OrtTypeInfo*, const OrtTensorInfo**);  // of the type: not released
  OrtStatus* (*element_type)(const OrtTensorInfo*, int*);
  OrtStatus* (*dimension_count)(const OrtTensorInfo*, size_t*);
  OrtStatus* (*dimensions)(const OrtTensorInfo*, int64_t*, size_t count);
  void (*release_type)(OrtTypeInfo*);

  OrtStatus* (*default_allocator)(OrtAllocator**);  // the library's own: not released
  OrtStatus* (*allocator_free)(OrtAllocator*, void*);
  OrtStatus* (*create_cpu_memory_info)(int allocator, int memory, OrtMemoryInfo**);
  void (*release_memory_info)(OrtMemoryInfo*);
  OrtStatus* (*create_tensor)(const OrtMemoryInfo*, void* data, size_t bytes, const int64_t* shape, size_t rank,
                              int element_type, OrtValue**);
  void (*release_value)(OrtValue*);

  OrtStatus* (*create_run_options)(OrtRunOptions**);
  OrtStatus* (*set_run_severity)(OrtRunOptions*, int severity);
  OrtStatus* (*set_terminate)(OrtRunOptions*);
  OrtStatus* (*unset_terminate)(OrtRunOptions*);
  void (*release_run_options)(OrtRunOptions*);
  OrtStatus* (*run)(OrtSession*, const OrtRunOptions*, const char* const* input_names, const OrtValue* const* inputs,
                    size_t input_count, const char* const* output_names, size_t output_count, OrtValue** outputs);
};

// The version of an opened library; false, with the reason, where it is not ONNX Runtime or is too old.
bool read_version(const Library& library, std::string* version, std::string* reason);

// Fills the table; false, with the reason, as read_version.
bool read_api(const Library& library, CApi* api, std::string* reason);

}  // namespace pdfnet::onnxruntime
