// Human correction effort: clicks that it takes to mend a prediction (Qin et al., ECCV 2022; relaxation 5, tolerance
// 2).
#pragma once

#include "pixels/measure/plane.h"

namespace pdfnet::measure {

double human_correction_effort(const Bitmap& prediction, const Bitmap& truth);

}  // namespace pdfnet::measure
