// Lays the matte of one tile into the matte of the whole picture, as far as the two agree.
#pragma once

#include <cstdint>

#include "pixels/agreement.h"
#include "pixels/rect.h"

namespace pdfnet {

// How many pixels from each side of the tile its weight takes to grow from nothing to all; 0 at the picture's own
// edges. Where tiles overlap, the ramps of both lie on the same pixels, so that their weights add up to 1.
struct Ramp {
  size_t start;   // pixels that have no weight
  size_t length;  // pixels over which it grows
};

struct TilePlace {
  Rect part;
  Ramp left, top, right, bottom;
};

// result += ramps × weight × (tile − coarse − kept), of what `compare` tells, for the pixels of the tile's part.
// `coarse` is the same for all tiles of a picture, and `result` began as a copy of it: so the order of the tiles does
// not matter but for rounding.
void blend_tile(uint16_t* result, const uint16_t* coarse, size_t width, const uint16_t* tile, const TilePlace& place,
                const Agreement& agreement);

}  // namespace pdfnet
