// How many points a person needs to draw a line (Douglas and Peucker, 1973).
#pragma once

#include <cstddef>
#include <vector>

namespace pdfnet::measure {

struct Point {
  int x;
  int y;
};

// Corners of an open line that stays within `tolerance` pixels of the points, no two of which are the same; corners
// that are all but straight are left out, as OpenCV leaves them out. `points` is not empty.
size_t corner_count(const std::vector<Point>& points, double tolerance);

}  // namespace pdfnet::measure
