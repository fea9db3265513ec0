// All measures of a prediction against a mask.
#include "pixels/measure/mask.h"

#include "pixels/measure/boundary_iou.h"
#include "pixels/measure/hce.h"
#include "pixels/measure/structure.h"
#include "pixels/measure/weighted_f.h"

namespace pdfnet::measure {

MaskMeasures measure_mask(const Plane& prediction, const Plane& truth) {
  const Levels levels = levels_of(prediction);
  const Counts counts = count(prediction, truth);
  const Bitmap object = truth_of(truth);
  const Bitmap predicted = bitmap_of(prediction, levels.is_object);
  MaskMeasures measures;
  measures.object_share = static_cast<double>(counts.object) / static_cast<double>(counts.pixels());
  measures.mean_absolute_error = mean_absolute_error(counts, levels);
  measures.structure = structure_measure(counts, levels);
  measures.weighted_f = weighted_f(prediction, object, counts.object, levels);
  measures.boundary_iou = boundary_iou(predicted, object);
  measures.human_correction_effort = human_correction_effort(predicted, object);
  measures.curves = curves_of(counts, levels);
  return measures;
}

}  // namespace pdfnet::measure
