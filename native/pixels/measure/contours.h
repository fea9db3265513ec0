// The borders of an object's regions and of their holes, pixel by pixel (Suzuki and Abe, 1985).
#pragma once

#include "pixels/measure/plane.h"

namespace pdfnet::measure {

struct Contour {
  // Into the bitmap's data, frame included. A pixel comes twice where the border runs to and fro.
  std::vector<int> pixels;
  // From 0: the region, of pixels that touch at sides or corners, that it bounds.
  int region;
};

// Each region's outer border, from its uppermost left pixel, is followed by the borders of its holes, last found first.
std::vector<Contour> contours_of(const Bitmap& bitmap);

}  // namespace pdfnet::measure
