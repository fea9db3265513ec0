// Memory of the host.
#pragma once

#include "engine/status.h"

namespace pdfnet {

// Aligned to 256 bytes, as TensorRT wants it; given back by std::free. ERR_MEMORY says how much there was not.
void allocate_aligned(size_t bytes, void** memory, Status* status);

// Gives the system back what is free inside the allocator, where it can be told to: to be called where hundreds of
// megabytes have just been freed in small blocks. Measured with IS-Net at 1024²: after loading it saves 230 MB at the
// peak of the first run, after closing 550 MB that the process would keep.
void return_free_memory();

}  // namespace pdfnet
