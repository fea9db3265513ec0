// Boundary IoU: how well two objects' rims agree (Cheng et al., CVPR 2021; a rim of 2 % of the diagonal).
#pragma once

#include "pixels/measure/plane.h"

namespace pdfnet::measure {

// 1 where neither has a rim.
double boundary_iou(const Bitmap& prediction, const Bitmap& truth);

}  // namespace pdfnet::measure
