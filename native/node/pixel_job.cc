// Work on pixels in memory that JavaScript lends.
#include "node/pixel_job.h"

#include <string>

#include "node/error.h"

namespace pdfnet {
namespace {

TypedMemory read_elements(Napi::Value value, const char* name, size_t count, napi_typedarray_type type,
                          const char* kind) {
  TypedMemory memory = read_memory(value, name);
  if (memory.array.TypedArrayType() != type || memory.array.ElementLength() != count) {
    throw bad_argument(name, std::string(kind) + " of " + std::to_string(count) + " elements",
                       std::to_string(memory.array.ElementLength()) + " elements");
  }
  return memory;
}

}  // namespace

TypedMemory read_samples(Napi::Value value, const char* name, size_t bytes) {
  return read_elements(value, name, bytes, napi_uint8_array, "a Uint8Array");
}

template <>
TypedMemory read_array_of<uint16_t>(Napi::Value value, const char* name, size_t count) {
  return read_elements(value, name, count, napi_uint16_array, "a Uint16Array");
}

template <>
TypedMemory read_array_of<float>(Napi::Value value, const char* name, size_t count) {
  return read_elements(value, name, count, napi_float32_array, "a Float32Array");
}

template <>
TypedMemory read_array_of<double>(Napi::Value value, const char* name, size_t count) {
  return read_elements(value, name, count, napi_float64_array, "a Float64Array");
}

void start_pixel_job(Environment& environment, PendingId id, const std::vector<TypedMemory>& targets,
                     const std::vector<TypedMemory>& sources, std::function<void()> work) {
  std::vector<Leases::Lease> leases;
  const auto region = [](const TypedMemory& memory) { return Region{memory.data, memory.bytes}; };
  const auto check_apart = [&leases](const Region& written) {
    for (const Leases::Lease& other : leases) {
      if (overlap(written, other.region)) throw bad_argument("target", "memory of its own", "some that overlaps");
    }
  };
  for (const TypedMemory& source : sources) leases.push_back({region(source), false});
  for (const TypedMemory& target : targets) {
    check_apart(region(target));
    leases.push_back({region(target), true});
  }
  environment.lease(id, leases);
  for (const TypedMemory& target : targets) environment.keep(id, target.array);
  for (const TypedMemory& source : sources) environment.keep(id, source.array);
  const bool queued = environment.pool().submit([id, work = std::move(work), mailbox = environment.mailbox()] {
    Status status;
    try {
      work();
    } catch (...) {
      fail_with_exception(&status, kErrInternal);
    }
    mailbox->post([id, status](Environment& there) {
      if (!status.ok()) return there.reject(id, status);
      there.resolve(id, [](Napi::Env env) { return env.Undefined(); });
    });
  });
  if (!queued) throw Failure(kErrMemory, "a thread could not be started");
}

}  // namespace pdfnet
