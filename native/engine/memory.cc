// Memory of the host.
#include "engine/memory.h"

#include <malloc.h>

#include <cstdlib>

namespace pdfnet {

void allocate_aligned(size_t bytes, void** memory, Status* status) {
  constexpr size_t kAlignment = 256;
  *memory = bytes > SIZE_MAX - kAlignment
                ? nullptr
                : std::aligned_alloc(kAlignment, (bytes + kAlignment - 1) / kAlignment * kAlignment);
  if (*memory == nullptr) fail(status, kErrMemory, "%zu bytes of memory could not be had", bytes);
}

void return_free_memory() {
#ifdef __GLIBC__
  ::malloc_trim(0);
#endif
}

}  // namespace pdfnet
