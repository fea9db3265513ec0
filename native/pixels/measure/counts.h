// How often each value of a prediction stands on the object and beside it, in four parts of the picture.
#pragma once

#include <array>

#include "pixels/measure/plane.h"

namespace pdfnet::measure {

struct Histogram {
  std::array<int64_t, 256> on{};
  std::array<int64_t, 256> off{};

  Histogram& operator+=(const Histogram& other);
};

// A quadrant around the object's centroid; it may have no pixels.
struct Quadrant {
  int width = 0;
  int height = 0;
  Histogram histogram;
};

struct Counts {
  int width;
  int height;
  int64_t object;
  // Left and right above, left and right below.
  std::array<Quadrant, 4> quadrants;
  Histogram whole;

  int64_t pixels() const { return static_cast<int64_t>(width) * height; }
};

Counts count(const Plane& prediction, const Plane& truth);

}  // namespace pdfnet::measure
