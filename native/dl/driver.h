// The CUDA driver API, opened at run time: the calls that are used, by the types and names of its published interface.
#pragma once

#include <cstddef>
#include <string>

struct CUctx_st;
struct CUevent_st;
struct CUgraph_st;
struct CUgraphExec_st;
struct CUstream_st;

namespace pdfnet::cuda {

using DeviceAddress = unsigned long long;

// member, symbol (with the version whose types these are), arguments
#define PDFNET_CUDA_CALLS(X)                                                                              \
  X(init, cuInit, unsigned flags)                                                                         \
  X(driver_version, cuDriverGetVersion, int* version)                                                     \
  X(error_name, cuGetErrorName, int error, const char** name)                                             \
  X(device_count, cuDeviceGetCount, int* count)                                                           \
  X(device_get, cuDeviceGet, int* device, int ordinal)                                                    \
  X(device_name, cuDeviceGetName, char* name, int bytes, int device)                                      \
  X(device_attribute, cuDeviceGetAttribute, int* value, int attribute, int device)                        \
  X(device_memory, cuDeviceTotalMem_v2, size_t* bytes, int device)                                        \
  X(primary_context_retain, cuDevicePrimaryCtxRetain, CUctx_st** context, int device)                     \
  X(context_set, cuCtxSetCurrent, CUctx_st* context)                                                      \
  X(memory_info, cuMemGetInfo_v2, size_t* free, size_t* total)                                            \
  X(memory_allocate, cuMemAlloc_v2, DeviceAddress* address, size_t bytes)                                 \
  X(memory_free, cuMemFree_v2, DeviceAddress address)                                                     \
  X(host_allocate, cuMemHostAlloc, void** memory, size_t bytes, unsigned flags)                           \
  X(host_free, cuMemFreeHost, void* memory)                                                               \
  X(copy_in, cuMemcpyHtoDAsync_v2, DeviceAddress to, const void* from, size_t bytes, CUstream_st* stream) \
  X(copy_out, cuMemcpyDtoHAsync_v2, void* to, DeviceAddress from, size_t bytes, CUstream_st* stream)      \
  X(stream_create, cuStreamCreate, CUstream_st** stream, unsigned flags)                                  \
  X(stream_destroy, cuStreamDestroy_v2, CUstream_st* stream)                                              \
  X(stream_query, cuStreamQuery, CUstream_st* stream)                                                     \
  X(stream_synchronize, cuStreamSynchronize, CUstream_st* stream)                                         \
  X(stream_wait_event, cuStreamWaitEvent, CUstream_st* stream, CUevent_st* event, unsigned flags)         \
  X(capture_begin, cuStreamBeginCapture_v2, CUstream_st* stream, int mode)                                \
  X(capture_end, cuStreamEndCapture, CUstream_st* stream, CUgraph_st** graph)                             \
  X(event_create, cuEventCreate, CUevent_st** event, unsigned flags)                                      \
  X(event_destroy, cuEventDestroy_v2, CUevent_st* event)                                                  \
  X(event_record, cuEventRecord, CUevent_st* event, CUstream_st* stream)                                  \
  X(event_synchronize, cuEventSynchronize, CUevent_st* event)                                             \
  X(event_elapsed, cuEventElapsedTime, float* milliseconds, CUevent_st* from, CUevent_st* to)             \
  X(graph_instantiate, cuGraphInstantiateWithFlags, CUgraphExec_st** executable, CUgraph_st* graph,       \
    unsigned long long flags)                                                                             \
  X(graph_destroy, cuGraphDestroy, CUgraph_st* graph)                                                     \
  X(executable_destroy, cuGraphExecDestroy, CUgraphExec_st* executable)                                   \
  X(graph_launch, cuGraphLaunch, CUgraphExec_st* executable, CUstream_st* stream)

struct Driver {
  std::string path;  // of libcuda.so.1
#define PDFNET_CUDA_MEMBER(member, symbol, ...) int (*member)(__VA_ARGS__);
  PDFNET_CUDA_CALLS(PDFNET_CUDA_MEMBER)
#undef PDFNET_CUDA_MEMBER

  // "CUDA_ERROR_OUT_OF_MEMORY (2)"
  std::string describe(int error) const;
};

constexpr int kComputeCapabilityMajor = 75;
constexpr int kComputeCapabilityMinor = 76;

constexpr int kSuccess = 0;
constexpr int kOutOfMemory = 2;
constexpr int kNotReady = 600;

// After these the primary context is of no more use to any thread of the process.
bool kills_context(int error);

// The one that the system's loader finds, opened once; nullptr, with the reason, where there is none.
const Driver* open_driver(std::string* reason);

}  // namespace pdfnet::cuda
