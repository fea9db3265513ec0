// A part of a picture, as it is or mirrored: what a tile, or an augmented picture, is to the network.
#pragma once

#include <cstdint>

#include "pixels/rect.h"

namespace pdfnet {

// `picture` has rows of `width` pixels of `bytes` each; `target` has those of `part`, left and right swapped where
// `mirrored` says so.
void crop(uint8_t* target, const uint8_t* picture, size_t width, size_t bytes, const Rect& part, bool mirrored);

}  // namespace pdfnet
