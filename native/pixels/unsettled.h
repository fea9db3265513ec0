// Where a matte is neither background nor foreground: which tiles of it are worth a closer look.
#pragma once

#include <cstdint>

#include "pixels/rect.h"

namespace pdfnet {

// The share of soft pixels in each of `count` parts of a matte with rows of `width` samples, 0 to 1.
void unsettled(float* shares, const uint16_t* alpha, size_t width, const Rect* parts, size_t count);

}  // namespace pdfnet
