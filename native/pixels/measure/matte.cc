// Errors of an alpha matte.
#include "pixels/measure/matte.h"

#include <cmath>

#include "pixels/measure/connectivity.h"
#include "pixels/measure/gradient.h"

namespace pdfnet::measure {

MatteMeasures measure_matte(const Plane& alpha, const Plane& truth) {
  int64_t sum = 0;
  int64_t squares = 0;
  for (size_t index = 0; index < truth.size(); ++index) {
    const int difference = alpha.data[index] - truth.data[index];
    sum += std::abs(difference);
    squares += difference * difference;
  }
  return {static_cast<double>(sum) / 255 / 1000,
          static_cast<double>(squares) / (255.0 * 255.0) / static_cast<double>(truth.size()),
          gradient_error(alpha, truth) / 1000, connectivity_error(alpha, truth) / 1000};
}

}  // namespace pdfnet::measure
