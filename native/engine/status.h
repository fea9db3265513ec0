// How a status is written.
#pragma once

#include "engine/api.h"

namespace pdfnet {

// The codes that native code gives; ts/errors.ts holds them all.
constexpr const char kErrArgument[] = "ERR_ARGUMENT";
constexpr const char kErrDisposed[] = "ERR_DISPOSED";
constexpr const char kErrQueueFull[] = "ERR_QUEUE_FULL";
constexpr const char kErrAborted[] = "ERR_ABORTED";
constexpr const char kErrInternal[] = "ERR_INTERNAL";
constexpr const char kErrLibraryMissing[] = "ERR_LIBRARY_MISSING";
constexpr const char kErrLibraryLoad[] = "ERR_LIBRARY_LOAD";
constexpr const char kErrEngineOpen[] = "ERR_ENGINE_OPEN";
constexpr const char kErrEngineRun[] = "ERR_ENGINE_RUN";
constexpr const char kErrMemory[] = "ERR_MEMORY";
constexpr const char kErrDeviceMissing[] = "ERR_DEVICE_MISSING";
constexpr const char kErrGpuMemory[] = "ERR_GPU_MEMORY";
constexpr const char kErrGpuLost[] = "ERR_GPU_LOST";

// The first failure is kept: what comes after it is most often its consequence.
__attribute__((format(printf, 3, 4))) void fail(Status* status, const char* code, const char* format, ...);

// Inside a catch block: writes the exception that is being handled, running out of memory as ERR_MEMORY.
void fail_with_exception(Status* status, const char* code) noexcept;

}  // namespace pdfnet
