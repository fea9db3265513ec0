// Depth integrity: one object has one depth, by and large (PDFNet, arXiv 2503.06100).
#pragma once

#include "pixels/measure/plane.h"

namespace pdfnet::measure {

struct IntegrityMeasures {
  // Variances of the depth, weighted by the matte and by what it leaves; of depth as 0…1.
  double variance_inside;
  double variance_outside;
  // The integrity-prior loss of the authors' training, of the finest prediction.
  double loss;
};

// All three have the same size, samples as 0…1; a variance is 0 where nothing has weight. Throws std::bad_alloc.
IntegrityMeasures measure_integrity(const Plane& alpha, const Plane& truth, const Plane& depth);

}  // namespace pdfnet::measure
