// Precision, recall, F and E at each threshold.
#include "pixels/measure/curves.h"

#include <limits>

namespace pdfnet::measure {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

double aligned(double prediction, double truth) {
  const double alignment = 2 * (prediction * truth) / (prediction * prediction + truth * truth + kEpsilon);
  return (alignment + 1) * (alignment + 1) / 4;
}

// @param hits pixels of the object at or above the threshold; false_hits those beside it
double enhanced_alignment(int64_t pixels, int64_t object, int64_t hits, int64_t false_hits) {
  const int64_t above = hits + false_hits;
  const auto size = static_cast<double>(pixels);
  double sum = 0;
  if (object == 0) {
    sum = static_cast<double>(pixels - above);
  } else if (object == pixels) {
    sum = static_cast<double>(above);
  } else {
    const double mean_prediction = static_cast<double>(above) / size;
    const double mean_truth = static_cast<double>(object) / size;
    const int64_t misses = object - hits;
    sum = aligned(1 - mean_prediction, 1 - mean_truth) * static_cast<double>(hits) +
          aligned(1 - mean_prediction, -mean_truth) * static_cast<double>(false_hits) +
          aligned(-mean_prediction, 1 - mean_truth) * static_cast<double>(misses) +
          aligned(-mean_prediction, -mean_truth) * static_cast<double>(pixels - above - misses);
  }
  return sum / (size - 1 + kEpsilon);
}

}  // namespace

Curves curves_of(const Counts& counts, const Levels& levels) {
  Histogram by_step;
  for (int value = 0; value < 256; ++value) {
    by_step.on[levels.step[value]] += counts.whole.on[value];
    by_step.off[levels.step[value]] += counts.whole.off[value];
  }
  Curves curves;
  int64_t hits = 0;
  int64_t false_hits = 0;
  for (int index = 0; index < 256; ++index) {
    hits += by_step.on[255 - index];
    false_hits += by_step.off[255 - index];
    const double precision = static_cast<double>(hits) / static_cast<double>(std::max<int64_t>(hits + false_hits, 1));
    const double recall = static_cast<double>(hits) / static_cast<double>(std::max<int64_t>(counts.object, 1));
    curves.precision[index] = precision;
    curves.recall[index] = recall;
    curves.f[index] = hits == 0 ? 0 : (1 + kBetaSquared) * precision * recall / (kBetaSquared * precision + recall);
    curves.e[index] = enhanced_alignment(counts.pixels(), counts.object, hits, false_hits);
  }
  return curves;
}

double mean_absolute_error(const Counts& counts, const Levels& levels) {
  double sum = 0;
  for (int value = 0; value < 256; ++value) {
    sum += levels.value[value] * static_cast<double>(counts.whole.off[value]) +
           (1 - levels.value[value]) * static_cast<double>(counts.whole.on[value]);
  }
  return sum / static_cast<double>(counts.pixels());
}

}  // namespace pdfnet::measure
