// How much the colours of two frames differ.
#pragma once

#include <cstddef>
#include <cstdint>

#include "pixels/rect.h"

namespace pdfnet {

// Frames are looked at in blocks of this side.
constexpr size_t kBlock = 16;

// Of three samples a pixel each.
struct FramePair {
  const uint8_t* now;
  const uint8_t* other;
  size_t width, height;

  size_t rows() const { return (height + kBlock - 1) / kBlock; }
  Rect block(size_t left, size_t top) const;

  // Mean over a block of the difference of the channel that differs most, 0 to 255.
  float difference(const Rect& block) const;
  // The same over the 3×3 pixels around one, those that the frame has.
  float difference_around(size_t x, size_t y) const;
};

// What they differ by where nothing moves: a tenth of all blocks do not even that much.
class Noise {
 public:
  explicit Noise(const FramePair& pair);

  // What differs by no more is the same thing; where nothing was moved, it stands still.
  float same_up_to() const { return 1 + 1.5f * level_; }
  // What differs by more is another thing.
  float other_from() const { return 3 + 3 * level_; }

 private:
  float level_;
};

}  // namespace pdfnet
