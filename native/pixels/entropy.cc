// How uncertain a matte is of each pixel.
#include "pixels/entropy.h"

#include <cmath>
#include <vector>

namespace pdfnet {
namespace {

constexpr size_t kLevels = 65'536;

// By sample: an exact logarithm for each pixel would take longer than all else.
std::vector<float> entropies() {
  std::vector<float> table(kLevels, 0.0F);
  for (size_t level = 1; level + 1 < kLevels; ++level) {
    const double alpha = static_cast<double>(level) / (kLevels - 1);
    table[level] = static_cast<float>(-alpha * std::log2(alpha) - (1 - alpha) * std::log2(1 - alpha));
  }
  return table;
}

}  // namespace

double entropy(uint8_t* target, const uint16_t* alpha, size_t count) {
  static const std::vector<float> table = entropies();
  double sum = 0;
  for (size_t i = 0; i < count; ++i) {
    const float bits = table[alpha[i]];
    sum += bits;
    target[i] = static_cast<uint8_t>(bits * 255 + 0.5F);
  }
  return count == 0 ? 0 : sum / static_cast<double>(count);
}

}  // namespace pdfnet
