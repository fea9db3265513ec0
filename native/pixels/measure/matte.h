// Errors of an alpha matte (Rhemann et al., CVPR 2009), over the whole picture.
#pragma once

#include "pixels/measure/plane.h"

namespace pdfnet::measure {

struct MatteMeasures {
  // Sum of absolute differences, in thousands of pixels.
  double sad;
  double mse;
  // Squared differences of Gaussian gradients (σ = 1.4), in thousands.
  double gradient;
  // Differences of how well pixels hang together with the largest opaque region (step 0.1, θ 0.15), in thousands.
  double connectivity;
};

// Alphas of 8 bits, as 0…1. Both have the same size. Throws std::bad_alloc.
MatteMeasures measure_matte(const Plane& alpha, const Plane& truth);

}  // namespace pdfnet::measure
