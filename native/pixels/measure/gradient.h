// How much the gradients of two alphas differ.
#pragma once

#include "pixels/measure/plane.h"

namespace pdfnet::measure {

// The sum of squared differences of the gradients' magnitudes, by derivatives of a Gaussian with σ = 1.4.
double gradient_error(const Plane& alpha, const Plane& truth);

}  // namespace pdfnet::measure
