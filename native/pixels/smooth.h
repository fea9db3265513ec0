// A step without a kink.
#pragma once

#include <algorithm>

namespace pdfnet {

// 0 up to 0, 1 from 1 on, and smooth at both; smooth(t) + smooth(1 − t) = 1.
inline float smooth(float t) {
  const float inside = std::clamp(t, 0.0F, 1.0F);
  return inside * inside * (3 - 2 * inside);
}

// 0 up to `from`, 1 from `to` on.
inline float smooth_between(float from, float to, float value) {
  return smooth((value - from) / (to - from));
}

}  // namespace pdfnet
