// The weighted F-measure: errors count by where they are (Margolin et al., CVPR 2014; β = 1).
#pragma once

#include "pixels/measure/levels.h"

namespace pdfnet::measure {

// 0 where the truth has no object.
double weighted_f(const Plane& prediction, const Bitmap& truth, int64_t object, const Levels& levels);

}  // namespace pdfnet::measure
