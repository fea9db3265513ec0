// The S-measure, from counts.
#include "pixels/measure/structure.h"

#include <cmath>
#include <limits>

namespace pdfnet::measure {
namespace {

constexpr double kAlpha = 0.5;
constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

using ValueCounts = std::array<int64_t, 256>;

// The sum of n equal numbers in numpy's pairwise order.
double pairwise_sum(double value, int64_t n) {
  constexpr int kLanes = 8;
  if (n < kLanes) {
    double sum = 0;
    for (int64_t index = 0; index < n; ++index) sum += value;
    return sum;
  }
  if (n <= 128) {
    double lane = value;
    for (int64_t index = kLanes; index < n - n % kLanes; index += kLanes) lane += value;
    double sum = ((lane + lane) + (lane + lane)) + ((lane + lane) + (lane + lane));
    for (int64_t rest = n % kLanes; rest > 0; --rest) sum += value;
    return sum;
  }
  const int64_t half = n / 2 - n / 2 % kLanes;
  return pairwise_sum(value, half) + pairwise_sum(value, n - half);
}

// Whether numpy's mean of a part whose values are all equal is that value. Where it is not, the reference sees a
// variance of 1e-32 in place of none, and scores the part 0 in place of 1: a part of one grey on the object, or beside
// it.
bool mean_of_equals_is_exact(double value, const Quadrant& part, int width) {
  // Parts narrower than the picture are summed by as many rows as fit into numpy's buffer.
  constexpr int64_t kBuffer = 8192;
  const int64_t pixels = static_cast<int64_t>(part.width) * part.height;
  const int64_t rows = std::max<int64_t>(1, kBuffer / part.width);
  const int64_t piece = part.width == width ? pixels : rows * part.width;
  double sum = 0;
  for (int64_t at = 0; at < pixels; at += piece) sum += pairwise_sum(value, std::min(piece, pixels - at));
  return sum / static_cast<double>(pixels) == value;
}

struct Moments {
  double count = 0;
  double mean = 0;
  // Of squares, about the mean.
  double sum = 0;
};

Moments moments_of(const ValueCounts& counts, const Levels& levels) {
  Moments moments;
  double sum = 0;
  for (int value = 0; value < 256; ++value) {
    moments.count += static_cast<double>(counts[value]);
    sum += static_cast<double>(counts[value]) * levels.value[value];
  }
  moments.mean = sum / moments.count;
  for (int value = 0; value < 256; ++value) {
    const double difference = levels.value[value] - moments.mean;
    moments.sum += static_cast<double>(counts[value]) * difference * difference;
  }
  return moments;
}

// @param mean of the values where 1 would be right
double object_score(double mean, const Moments& moments) {
  const double deviation = moments.count > 1 ? std::sqrt(moments.sum / (moments.count - 1)) : 0;
  return 2 * mean / (mean * mean + 1 + deviation + kEpsilon);
}

double object_similarity(const Counts& counts, const Levels& levels) {
  const double share = static_cast<double>(counts.object) / static_cast<double>(counts.pixels());
  const Moments on = moments_of(counts.whole.on, levels);
  const Moments off = moments_of(counts.whole.off, levels);
  return object_score(on.mean, on) * share + object_score(1 - off.mean, off) * (1 - share);
}

double region_score(const Quadrant& part, const Levels& levels, int width) {
  ValueCounts both;
  double on = 0;
  int kinds = 0;
  int last = 0;
  for (int value = 0; value < 256; ++value) {
    both[value] = part.histogram.on[value] + part.histogram.off[value];
    on += static_cast<double>(part.histogram.on[value]);
    if (both[value] > 0) {
      ++kinds;
      last = value;
    }
  }
  const Moments moments = moments_of(both, levels);
  const double count = moments.count;
  const double freedom = count - 1 + kEpsilon;
  const double truth = on / count;
  const double mean = kinds == 1 ? levels.value[last] : moments.mean;
  double variance = moments.sum / freedom;
  if (kinds == 1) variance = mean_of_equals_is_exact(mean, part, width) ? 0 : kEpsilon * kEpsilon;
  const double truth_variance = (on * (1 - truth) * (1 - truth) + (count - on) * truth * truth) / freedom;
  double covariance = 0;
  for (int value = 0; value < 256; ++value) {
    const double difference = levels.value[value] - mean;
    covariance += difference * ((1 - truth) * static_cast<double>(part.histogram.on[value]) -
                                truth * static_cast<double>(part.histogram.off[value]));
  }
  covariance /= freedom;
  const double alike = 4 * mean * truth * covariance;
  const double apart = (mean * mean + truth * truth) * (variance + truth_variance);
  if (alike != 0) return alike / (apart + kEpsilon);
  return apart == 0 ? 1 : 0;
}

}  // namespace

double structure_measure(const Counts& counts, const Levels& levels) {
  if (counts.object == 0 || counts.object == counts.pixels()) {
    ValueCounts all;
    for (int value = 0; value < 256; ++value) all[value] = counts.whole.on[value] + counts.whole.off[value];
    const double mean = moments_of(all, levels).mean;
    return counts.object == 0 ? 1 - mean : mean;
  }
  double region = 0;
  for (const Quadrant& part : counts.quadrants) {
    const int64_t pixels = static_cast<int64_t>(part.width) * part.height;
    if (pixels == 0) continue;
    const double weight = static_cast<double>(pixels) / static_cast<double>(counts.pixels());
    region += region_score(part, levels, counts.width) * weight;
  }
  return std::max(0.0, kAlpha * object_similarity(counts, levels) + (1 - kAlpha) * region);
}

}  // namespace pdfnet::measure
