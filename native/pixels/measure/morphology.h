// Bitmaps grown and shrunk.
#pragma once

#include "pixels/measure/plane.h"

namespace pdfnet::measure {

// By a cross of five pixels, so many times. What lies outside of the picture takes no part in either.
Bitmap eroded_by_cross(const Bitmap& bitmap, int times);
Bitmap dilated_by_cross(const Bitmap& bitmap);

// Grown by a cross so many times, each time only where `barrier` is 0.
Bitmap grown_within(const Bitmap& seed, const Bitmap& barrier, int times);

// By a square of 2 × radius + 1 pixels; outside of the picture nothing is set.
Bitmap eroded_by_square(const Bitmap& bitmap, int radius);

}  // namespace pdfnet::measure
