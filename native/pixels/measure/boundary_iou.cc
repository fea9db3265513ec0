// Boundary IoU.
#include "pixels/measure/boundary_iou.h"

#include <cmath>

#include "pixels/measure/morphology.h"

namespace pdfnet::measure {
namespace {

constexpr double kRimOfDiagonal = 0.02;

}  // namespace

double boundary_iou(const Bitmap& prediction, const Bitmap& truth) {
  const double diagonal = std::hypot(truth.width(), truth.height());
  const int radius = std::max(1, static_cast<int>(std::nearbyint(kRimOfDiagonal * diagonal)));
  const Bitmap inner_prediction = eroded_by_square(prediction, radius);
  const Bitmap inner_truth = eroded_by_square(truth, radius);
  int64_t both = 0;
  int64_t either = 0;
  for (size_t index = 0; index < truth.size(); ++index) {
    const int a = prediction.data()[index] & (inner_prediction.data()[index] ^ 1);
    const int b = truth.data()[index] & (inner_truth.data()[index] ^ 1);
    both += a & b;
    either += a | b;
  }
  return either == 0 ? 1 : static_cast<double>(both) / static_cast<double>(either);
}

}  // namespace pdfnet::measure
