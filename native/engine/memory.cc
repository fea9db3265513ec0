// What the C library's allocator keeps for later.
#include "engine/memory.h"

#include <malloc.h>

namespace pdfnet {

void return_free_memory() {
#ifdef __GLIBC__
  ::malloc_trim(0);
#endif
}

}  // namespace pdfnet
