// All measures of a prediction against a mask.
#pragma once

#include "pixels/measure/curves.h"

namespace pdfnet::measure {

struct MaskMeasures {
  double object_share;
  double mean_absolute_error;
  double structure;
  double weighted_f;
  double boundary_iou;
  double human_correction_effort;
  Curves curves;
};

// Both have the same size. Throws std::bad_alloc.
MaskMeasures measure_mask(const Plane& prediction, const Plane& truth);

}  // namespace pdfnet::measure
