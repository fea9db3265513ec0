// discard(): pixels that nobody wants any more, on the pool.
#include "node/pixel_job.h"
#include "node/verbs.h"
#include "session/pages.h"

namespace pdfnet {

Napi::Value discard(const Napi::CallbackInfo& info) {
  Environment& environment = Environment::of(info.Env());
  return environment.promise([&](PendingId id) {
    const TypedMemory pixels = read_memory(info[0], "pixels");
    start_pixel_job(environment, id, pixels, {},
                    [pixels = pixels.data, bytes = pixels.bytes] { give_back_pages(pixels, bytes); });
  });
}

}  // namespace pdfnet
