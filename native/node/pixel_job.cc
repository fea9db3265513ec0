// Work on pixels in memory that JavaScript lends.
#include "node/pixel_job.h"

#include <string>

#include "node/error.h"

namespace pdfnet {

TypedMemory read_samples(Napi::Value value, const char* name, size_t bytes) {
  TypedMemory memory = read_memory(value, name);
  if (memory.array.TypedArrayType() != napi_uint8_array || memory.bytes != bytes) {
    throw bad_argument(name, "a Uint8Array of " + std::to_string(bytes) + " bytes", std::to_string(memory.bytes));
  }
  return memory;
}

void start_pixel_job(Environment& environment, PendingId id, const TypedMemory& target,
                     std::initializer_list<TypedMemory> sources, std::function<void()> work) {
  const Region written{target.data, target.bytes};
  std::vector<Leases::Lease> leases{{written, true}};
  for (const TypedMemory& source : sources) {
    const Region read{source.data, source.bytes};
    if (overlap(written, read)) throw bad_argument("target", "memory apart from its sources", "some that overlaps");
    leases.push_back({read, false});
  }
  environment.lease(id, leases);
  environment.keep(id, target.array);
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
