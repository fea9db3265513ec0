// How well the pixels of two alphas hang together.
#pragma once

#include "pixels/measure/plane.h"

namespace pdfnet::measure {

// The sum of differences of the pixels' connectedness to the largest region that is opaque in both.
double connectivity_error(const Plane& alpha, const Plane& truth);

}  // namespace pdfnet::measure
