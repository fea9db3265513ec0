// Between which values floats lie.
#include "pixels/range.h"

#include <algorithm>
#include <limits>

namespace pdfnet {

Range range_of(const float* values, size_t count) {
  float least = values[0];
  float greatest = values[0];
  // Zero as long as all are finite: infinity times zero is no number.
  float odd = 0;
  for (size_t i = 0; i < count; ++i) {
    least = std::min(least, values[i]);
    greatest = std::max(greatest, values[i]);
    odd += values[i] * 0;
  }
  if (odd == 0) return {least, greatest};
  return {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN()};
}

}  // namespace pdfnet
