// The S-measure: how alike two maps are as objects and, in four parts, as regions (Fan et al., ICCV 2017; α = 0.5).
#pragma once

#include "pixels/measure/counts.h"
#include "pixels/measure/levels.h"

namespace pdfnet::measure {

double structure_measure(const Counts& counts, const Levels& levels);

}  // namespace pdfnet::measure
