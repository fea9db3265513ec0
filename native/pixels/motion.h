// Where blocks of a frame were in the frame before: block matching, from a quarter of the size to the full one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "pixels/rect.h"

namespace pdfnet {

struct Vector {
  int x, y;
};

// The luma of a frame, and of it a quarter as wide and high.
class LumaLevels {
 public:
  LumaLevels(const uint8_t* samples, size_t width, size_t height);

  const uint8_t* const samples;
  const int width, height;
  const int small_width, small_height;
  const std::vector<uint8_t>& small() const { return small_; }

 private:
  std::vector<uint8_t> small_;
};

class BlockMatcher {
 public:
  BlockMatcher(const LumaLevels& now, const LumaLevels& before) : now_(now), before_(before) {}

  // The sum of absolute differences between a block and the frame before, moved; no less than `most` where it is more
  // or where the moved block is not inside the frame.
  uint32_t difference(const Rect& block, Vector vector, uint32_t most) const;

  // The vector of the least difference within some 50 pixels; of those as good, the one that `likely` tells.
  Vector find(const Rect& block, Vector likely) const;

 private:
  Vector find_coarsely(const Rect& block) const;
  uint32_t coarse_difference(int left, int top, Vector vector, uint32_t most) const;

  const LumaLevels& now_;
  const LumaLevels& before_;
};

}  // namespace pdfnet
