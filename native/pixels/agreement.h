// How far the matte of one tile is believed, beside the coarse matte of the whole picture.
#pragma once

#include <cstdint>

#include "pixels/cells.h"
#include "pixels/rect.h"

namespace pdfnet {

// Coarse pixels along a side of a cell: of the size at which the network saw the whole picture.
constexpr size_t kCoarsePixels = 8;

// Differences and steps of alpha are 0 to 1.
struct Agreement {
  size_t cell;  // pixels of a side: mattes are compared as means over 3×3 cells
  float same;   // up to this difference of the means the tile counts in full
  float other;  // from this one on it counts nothing
  float lost;   // up to this share of the coarse mean may be gone; where all of it is, the tile counts nothing
  // How much further than the coarse matte it may be from 0 and 1, in the mean: up to `sure` the tile counts in full,
  // and from `unsure` on nothing.
  float sure;
  float unsure;
  // From one coarse pixel to the next, steps of the coarse matte: up to `flat` its mean is kept, and from `steep` on
  // the mean is the tile's.
  float flat;
  float steep;
};

// alpha = coarse + weight × (tile − coarse − kept)
struct Belief {
  Cells weight;  // 0 to 1
  Cells kept;    // what of the difference is no detail, but another mean
};

Belief compare(const uint16_t* tile, const uint16_t* coarse, size_t width, const Rect& part,
               const Agreement& agreement);

}  // namespace pdfnet
