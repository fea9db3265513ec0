// Between which values floats lie.
#pragma once

#include <cstddef>

namespace pdfnet {

// Both are NaN where a value is infinite or no number.
struct Range {
  double least, greatest;
};

// `count` is at least 1.
Range range_of(const float* values, size_t count);

}  // namespace pdfnet
