// Where blocks of a frame are in another frame: block matching, from a quarter of the size to a quarter of a pixel.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "pixels/rect.h"

namespace pdfnet {

// In quarters of a pixel.
struct Vector {
  int x, y;
};

// The luma of a frame, and of it a quarter as wide and high.
class LumaLevels {
 public:
  LumaLevels(const uint8_t* rgb, size_t width, size_t height);

  const int width, height;
  const int small_width, small_height;
  const std::vector<uint8_t>& samples() const { return samples_; }
  const std::vector<uint8_t>& small() const { return small_; }

 private:
  std::vector<uint8_t> samples_, small_;
};

class BlockMatcher {
 public:
  // `alpha` is that of `now`.
  BlockMatcher(const LumaLevels& now, const uint8_t* alpha, const LumaLevels& other)
      : now_(now), alpha_(alpha), other_(other) {}

  // The vector to where the block's object is in the other frame, within some 50 pixels; of those as good, the one that
  // `likely` tells.
  Vector find(const Rect& block, Vector likely) const;

 private:
  // Of whole pixels.
  struct Shift {
    int x, y;
  };

  Shift find_whole(const Rect& block, Shift likely) const;
  Shift find_coarsely(const Rect& block) const;

  // Sums of absolute differences; no less than `most` where they are more or where the moved block is not inside the
  // frame.
  uint32_t difference(const Rect& block, Shift shift, uint32_t most) const;
  uint32_t coarse_difference(int left, int top, Shift shift, uint32_t most) const;
  // Weighted by alpha, so that the object counts and not what is behind it.
  uint32_t object_difference(const Rect& block, Vector vector, uint32_t most) const;

  const LumaLevels& now_;
  const uint8_t* const alpha_;
  const LumaLevels& other_;
};

}  // namespace pdfnet
