// Precision, recall, F and E at each of 256 thresholds, and the mean absolute error: all of them from counts.
#pragma once

#include "pixels/measure/counts.h"
#include "pixels/measure/levels.h"

namespace pdfnet::measure {

// β² of the F-measure, as Achanta et al. (CVPR 2009) set it.
constexpr double kBetaSquared = 0.3;

using Curve = std::array<double, 256>;

// By threshold, from 255 down to 0: a pixel is taken for the object at and above it.
struct Curves {
  Curve precision;
  Curve recall;
  Curve f;
  // Enhanced alignment (Fan et al., IJCAI 2018).
  Curve e;
};

Curves curves_of(const Counts& counts, const Levels& levels);

double mean_absolute_error(const Counts& counts, const Levels& levels);

}  // namespace pdfnet::measure
