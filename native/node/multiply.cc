// multiply(): one picture's samples by another's, on the pool.
#include "pixels/multiply.h"

#include "node/environment.h"
#include "node/error.h"
#include "node/read.h"
#include "node/verbs.h"

namespace pdfnet {
namespace {

void multiply_bytes(uint8_t* target, const uint8_t* other, size_t bytes, bool wide) {
  if (!wide) return multiply(target, other, bytes);
  multiply(reinterpret_cast<uint16_t*>(target), reinterpret_cast<const uint16_t*>(other), bytes / sizeof(uint16_t));
}

void check_samples(const TypedMemory& memory, const char* name) {
  const napi_typedarray_type type = memory.array.TypedArrayType();
  if (type != napi_uint8_array && type != napi_uint16_array) {
    throw bad_argument(name, "a Uint8Array or a Uint16Array", "another typed array");
  }
}

}  // namespace

Napi::Value multiply(const Napi::CallbackInfo& info) {
  Environment& environment = Environment::of(info.Env());
  return environment.promise([&](PendingId id) {
    const TypedMemory target = read_memory(info[0], "target");
    const TypedMemory other = read_memory(info[1], "other");
    check_samples(target, "target");
    check_samples(other, "other");
    const bool wide = target.array.TypedArrayType() == napi_uint16_array;
    if (target.array.TypedArrayType() != other.array.TypedArrayType() || target.bytes != other.bytes) {
      throw bad_argument("other", "as many samples of the same kind as in target",
                         std::to_string(other.array.ElementLength()));
    }
    const Region written{target.data, target.bytes};
    const Region read{other.data, other.bytes};
    if (overlap(written, read)) throw bad_argument("other", "memory apart from target", "some that overlaps it");
    environment.lease(id, {{written, true}, {read, false}});
    environment.keep(id, target.array);
    environment.keep(id, other.array);
    const bool queued = environment.pool().submit(
        [id, wide, to = target.data, from = other.data, bytes = target.bytes, mailbox = environment.mailbox()] {
          multiply_bytes(to, from, bytes, wide);
          mailbox->post([id](Environment& there) { there.resolve(id, [](Napi::Env env) { return env.Undefined(); }); });
        });
    if (!queued) throw Failure(kErrMemory, "a thread could not be started");
  });
}

}  // namespace pdfnet
