// Element types: their size and the names that ts/tensor.ts gives them.
#pragma once

#include "engine/api.h"

namespace pdfnet {

// 0 where the number is none of DType's.
size_t element_bytes(DType dtype);
const char* dtype_name(DType dtype);

}  // namespace pdfnet
