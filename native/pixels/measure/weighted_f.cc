// The weighted F-measure, a row at a time.
#include "pixels/measure/weighted_f.h"

#include <cmath>
#include <limits>

#include "pixels/measure/nearest.h"

namespace pdfnet::measure {
namespace {

// Of the Gaussian that spreads errors over their neighbours: 7×7, σ = 5.
constexpr int kRadius = 3;
constexpr int kTaps = 2 * kRadius + 1;
constexpr double kSigma = 5;
// Beside the object an error weighs 2 − 2^(−distance ÷ 5).
constexpr double kHalfDistance = 5;
constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

std::array<double, kTaps> gaussian() {
  std::array<double, kTaps> taps;
  double sum = 0;
  for (int tap = 0; tap < kTaps; ++tap) {
    taps[tap] = std::exp(-(tap - kRadius) * (tap - kRadius) / (2 * kSigma * kSigma));
    sum += taps[tap];
  }
  for (double& tap : taps) tap /= sum;
  return taps;
}

// By squared distance; beyond the table the weight is 2 to 15 digits.
class DistanceWeights {
 public:
  DistanceWeights() : weights_(kLargest) {
    for (int squared = 0; squared < kLargest; ++squared) {
      weights_[squared] = 2 - std::exp(std::log(0.5) / kHalfDistance * std::sqrt(squared));
    }
  }
  double of(int64_t squared) const { return squared < kLargest ? weights_[squared] : 2; }

 private:
  static constexpr int kLargest = 1 << 16;
  std::vector<double> weights_;
};

const DistanceWeights& distance_weights() {
  static const DistanceWeights weights;
  return weights;
}

// The last rows of errors, blurred along the row; what lies outside of the picture is 0.
class BlurredRows {
 public:
  explicit BlurredRows(int width) : width_(width), padded_(static_cast<size_t>(width) + 2 * kRadius, 0) {
    for (std::vector<double>& row : rows_) row.assign(static_cast<size_t>(width), 0);
    sum_.resize(static_cast<size_t>(width));
  }

  // Where the errors of the next row go.
  double* input() { return padded_.data() + kRadius; }

  void push() {
    std::vector<double>& row = rows_[next_++ % kTaps];
    std::fill(row.begin(), row.end(), 0);
    for (int tap = 0; tap < kTaps; ++tap) {
      for (int x = 0; x < width_; ++x) row[x] += taps_[tap] * padded_[x + tap];
    }
  }

  void push_outside() {
    std::vector<double>& row = rows_[next_++ % kTaps];
    std::fill(row.begin(), row.end(), 0);
  }

  // Of the row that was pushed kRadius rows ago.
  const std::vector<double>& blurred() {
    std::fill(sum_.begin(), sum_.end(), 0);
    for (int tap = 0; tap < kTaps; ++tap) {
      const std::vector<double>& row = rows_[(next_ + tap) % kTaps];
      for (int x = 0; x < width_; ++x) sum_[x] += taps_[tap] * row[x];
    }
    return sum_;
  }

 private:
  const std::array<double, kTaps> taps_ = gaussian();
  int width_;
  std::array<std::vector<double>, kTaps> rows_;
  std::vector<double> padded_;
  std::vector<double> sum_;
  size_t next_ = 0;
};

}  // namespace

double weighted_f(const Plane& prediction, const Bitmap& truth, int64_t object, const Levels& levels) {
  if (object == 0) return 0;
  Nearest nearest(truth);
  BlurredRows rows(prediction.width);
  double on_object = 0;
  double beside = 0;
  for (int ahead = 0; ahead < prediction.height + kRadius; ++ahead) {
    if (ahead < prediction.height) {
      const uint8_t* samples = prediction.row(ahead);
      const uint8_t* on = truth.row(ahead);
      const std::vector<Nearest::Pixel>& edges = nearest.row(ahead);
      double* errors = rows.input();
      for (int x = 0; x < prediction.width; ++x) {
        // Beside the object the error of its nearest pixel stands in for the pixel's own.
        errors[x] = 1 - levels.value[prediction.row(edges[x].y)[edges[x].x]];
        if (!on[x]) beside += levels.value[samples[x]] * distance_weights().of(edges[x].squared_distance);
      }
      rows.push();
    } else {
      rows.push_outside();
    }
    const int y = ahead - kRadius;
    if (y < 0) continue;
    const std::vector<double>& blurred = rows.blurred();
    const uint8_t* samples = prediction.row(y);
    const uint8_t* on = truth.row(y);
    for (int x = 0; x < prediction.width; ++x) {
      if (on[x]) on_object += std::min(1 - levels.value[samples[x]], blurred[x]);
    }
  }
  const auto area = static_cast<double>(object);
  const double hits = area - on_object;
  const double recall = 1 - on_object / area;
  const double precision = hits / (hits + beside + kEpsilon);
  return 2 * recall * precision / (recall + precision + kEpsilon);
}

}  // namespace pdfnet::measure
