// What each of the 256 values of a prediction stands for once the picture's own range is stretched to 0…1.
#pragma once

#include <array>

#include "pixels/measure/plane.h"

namespace pdfnet::measure {

// All in the order of operations of the field's usual tools, because truncation to 8 bits shows the last bit.
struct Levels {
  // (v/255 − least/255) ÷ (most/255 − least/255); v/255 where the picture has one value only.
  std::array<double, 256> value;
  // ⌊255 × value⌋: the thresholds of curves are at these.
  std::array<uint8_t, 256> step;
  // Whether value > 0.5.
  std::array<uint8_t, 256> is_object;
};

Levels levels_of(const Plane& prediction);

}  // namespace pdfnet::measure
