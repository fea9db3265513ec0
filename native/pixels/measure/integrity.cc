// Depth integrity.
#include "pixels/measure/integrity.h"

#include <cmath>

namespace pdfnet::measure {
namespace {

constexpr double kEpsilon = 1e-8;

// Weighted; variance is E[d²] − E[d]².
class Spread {
 public:
  void add(double weight, double value) {
    weight_ += weight;
    sum_ += weight * value;
    squares_ += weight * value * value;
  }
  double variance() const {
    if (weight_ == 0) return 0;
    const double mean = sum_ / weight_;
    return std::max(0.0, squares_ / weight_ - mean * mean);
  }

 private:
  double weight_ = 0;
  double sum_ = 0;
  double squares_ = 0;
};

// |∂x| + |∂y| by Sobel's filters, 0 outside of the picture.
double sobel(const Plane& depth, int x, int y) {
  const auto at = [&](int across, int along) {
    const bool inside = across >= 0 && across < depth.width && along >= 0 && along < depth.height;
    return inside ? depth.row(along)[across] : 0;
  };
  const int left = at(x - 1, y - 1) + 2 * at(x - 1, y) + at(x - 1, y + 1);
  const int right = at(x + 1, y - 1) + 2 * at(x + 1, y) + at(x + 1, y + 1);
  const int above = at(x - 1, y - 1) + 2 * at(x, y - 1) + at(x + 1, y - 1);
  const int below = at(x - 1, y + 1) + 2 * at(x, y + 1) + at(x + 1, y + 1);
  return (std::abs(right - left) + std::abs(below - above)) / 255.0;
}

double mean_depth_of_object(const Plane& truth, const Plane& depth) {
  double sum = 0;
  double weights = 0;
  for (size_t index = 0; index < truth.size(); ++index) {
    sum += (depth.data[index] / 255.0) * (truth.data[index] / 255.0);
    weights += truth.data[index] / 255.0;
  }
  return sum / (weights + kEpsilon);
}

}  // namespace

IntegrityMeasures measure_integrity(const Plane& alpha, const Plane& truth, const Plane& depth) {
  const double mean = mean_depth_of_object(truth, depth);
  Spread inside;
  Spread outside;
  double loss = 0;
  for (int y = 0; y < truth.height; ++y) {
    for (int x = 0; x < truth.width; ++x) {
      const double matte = alpha.row(y)[x] / 255.0;
      const double object = truth.row(y)[x] / 255.0;
      const double value = depth.row(y)[x] / 255.0;
      inside.add(matte, value);
      outside.add(1 - matte, value);
      const double right = object * matte + (1 - object) * (1 - matte);
      const double surprise = -std::log(right + kEpsilon);
      const double off = (value - mean) * (value - mean);
      // What is taken wrongly costs more the further its depth is from the object's, what is missed the nearer it is.
      const double wrong = (off * matte + (1 - off) * object) * (1 - right);
      loss += surprise * (wrong * right + sobel(depth, x, y));
    }
  }
  return {inside.variance(), outside.variance(), loss / static_cast<double>(truth.size())};
}

}  // namespace pdfnet::measure
