// multiply(): one picture's samples by another's, on the pool.
#include "pixels/multiply.h"

#include "node/error.h"
#include "node/pixel_job.h"
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
    start_pixel_job(
        environment, id, target, {other},
        [wide, to = target.data, from = other.data, bytes = target.bytes] { multiply_bytes(to, from, bytes, wide); });
  });
}

}  // namespace pdfnet
