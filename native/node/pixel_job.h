// Work on pixels in memory that JavaScript lends: leased, done on the pool, answered by a promise.
#pragma once

#include <napi.h>

#include <functional>
#include <vector>

#include "node/environment.h"
#include "node/read.h"

namespace pdfnet {

// An argument that holds `bytes` samples of 8 bits. Throws a Failure with ERR_ARGUMENT.
TypedMemory read_samples(Napi::Value value, const char* name, size_t bytes);

// An argument that is a Uint16Array, a Float32Array or a Float64Array of `count` elements. Throws as `read_samples`.
template <typename Element>
TypedMemory read_array_of(Napi::Value value, const char* name, size_t count);

template <typename Element>
Element* as(const TypedMemory& memory) {
  return reinterpret_cast<Element*>(memory.data);
}

// Runs `work` on the pool; the promise of `id` then resolves with undefined, or is rejected where it throws. `targets`
// are written, `sources` are read, and none of them is anybody else's meanwhile. Throws a Failure.
void start_pixel_job(Environment& environment, PendingId id, const std::vector<TypedMemory>& targets,
                     const std::vector<TypedMemory>& sources, std::function<void()> work);

// The same with one target.
inline void start_pixel_job(Environment& environment, PendingId id, const TypedMemory& target,
                            const std::vector<TypedMemory>& sources, std::function<void()> work) {
  start_pixel_job(environment, id, std::vector<TypedMemory>{target}, sources, std::move(work));
}

}  // namespace pdfnet
