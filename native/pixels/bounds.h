// Finds where in a matte its subject is.
#pragma once

#include <cstdint>

namespace pdfnet {

// In pixels; of no width where there is no subject.
struct Bounds {
  int32_t left;
  int32_t top;
  int32_t width;
  int32_t height;
};

// The smallest rectangle around all that is at least a tenth opaque, but for specks: connected parts with less than a
// thousandth of the alpha of the heaviest one. There is no subject where nothing is at least half opaque.
Bounds subject_bounds(const uint8_t* alpha, int width, int height);
Bounds subject_bounds(const uint16_t* alpha, int width, int height);

}  // namespace pdfnet
