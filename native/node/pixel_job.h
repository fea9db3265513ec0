// Work on pixels in memory that JavaScript lends: leased, done on the pool, answered by a promise.
#pragma once

#include <napi.h>

#include <functional>
#include <initializer_list>

#include "node/environment.h"
#include "node/read.h"

namespace pdfnet {

// An argument that holds `bytes` samples of 8 bits. Throws a Failure with ERR_ARGUMENT.
TypedMemory read_samples(Napi::Value value, const char* name, size_t bytes);

// Runs `work` on the pool; the promise of `id` then resolves with undefined, or is rejected where it throws. `target`
// is written, `sources` are read, and none of them is anybody else's meanwhile. Throws a Failure.
void start_pixel_job(Environment& environment, PendingId id, const TypedMemory& target,
                     std::initializer_list<TypedMemory> sources, std::function<void()> work);

}  // namespace pdfnet
