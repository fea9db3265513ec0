// Gradients by derivatives of a Gaussian, a row at a time; the picture's edge pixels go on outside of it.
#include "pixels/measure/gradient.h"

#include <array>
#include <cmath>

namespace pdfnet::measure {
namespace {

constexpr double kSigma = 1.4;
// Where the Gaussian falls below 0.01: ⌈σ √(−2 ln(√(2π) σ 0.01))⌉.
constexpr int kRadius = 4;
constexpr int kTaps = 2 * kRadius + 1;

struct Taps {
  std::array<double, kTaps> smooth;
  std::array<double, kTaps> slope;
};

// Scaled so that the squares of the two-dimensional filter sum to 1.
Taps taps() {
  Taps result;
  double smooth_squares = 0;
  double slope_squares = 0;
  for (int tap = 0; tap < kTaps; ++tap) {
    const double x = tap - kRadius;
    result.smooth[tap] = std::exp(-x * x / (2 * kSigma * kSigma));
    result.slope[tap] = -x * result.smooth[tap];
    smooth_squares += result.smooth[tap] * result.smooth[tap];
    slope_squares += result.slope[tap] * result.slope[tap];
  }
  for (double& tap : result.smooth) tap /= std::sqrt(smooth_squares);
  for (double& tap : result.slope) tap /= std::sqrt(slope_squares);
  return result;
}

class GradientRows {
 public:
  explicit GradientRows(const Plane& plane)
      : plane_(plane),
        smooth_(static_cast<size_t>(plane.width) + 2 * kRadius),
        slope_(smooth_.size()),
        across_(static_cast<size_t>(plane.width)),
        along_(across_.size()) {}

  // The gradient's magnitude at each pixel of row y, valid until the next call.
  const std::vector<double>& row(int y) {
    const int width = plane_.width;
    std::fill(smooth_.begin(), smooth_.end(), 0);
    std::fill(slope_.begin(), slope_.end(), 0);
    for (int tap = 0; tap < kTaps; ++tap) {
      const uint8_t* samples = plane_.row(std::clamp(y + tap - kRadius, 0, plane_.height - 1));
      for (int x = 0; x < width; ++x) {
        smooth_[x + kRadius] += taps_.smooth[tap] / 255 * samples[x];
        slope_[x + kRadius] += taps_.slope[tap] / 255 * samples[x];
      }
    }
    for (std::vector<double>* row : {&smooth_, &slope_}) {
      std::fill_n(row->begin(), kRadius, (*row)[kRadius]);
      std::fill_n(row->end() - kRadius, kRadius, (*row)[width + kRadius - 1]);
    }
    std::fill(across_.begin(), across_.end(), 0);
    std::fill(along_.begin(), along_.end(), 0);
    for (int tap = 0; tap < kTaps; ++tap) {
      for (int x = 0; x < width; ++x) {
        across_[x] += taps_.slope[tap] * smooth_[x + tap];
        along_[x] += taps_.smooth[tap] * slope_[x + tap];
      }
    }
    for (int x = 0; x < width; ++x) across_[x] = std::sqrt(across_[x] * across_[x] + along_[x] * along_[x]);
    return across_;
  }

 private:
  const Plane& plane_;
  const Taps taps_ = taps();
  std::vector<double> smooth_;
  std::vector<double> slope_;
  std::vector<double> across_;
  std::vector<double> along_;
};

}  // namespace

double gradient_error(const Plane& alpha, const Plane& truth) {
  GradientRows ours(alpha);
  GradientRows theirs(truth);
  double sum = 0;
  for (int y = 0; y < truth.height; ++y) {
    const std::vector<double>& a = ours.row(y);
    const std::vector<double>& b = theirs.row(y);
    for (int x = 0; x < truth.width; ++x) sum += (a[x] - b[x]) * (a[x] - b[x]);
  }
  return sum;
}

}  // namespace pdfnet::measure
