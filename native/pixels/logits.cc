// The mean of several mattes of one picture, as test-time augmentation takes it.
#include "pixels/logits.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace pdfnet {
namespace {

constexpr size_t kLevels = 65'536;
constexpr float kLargest = kLevels - 1;

std::vector<float> logits_of_samples() {
  std::vector<float> table(kLevels);
  for (size_t level = 0; level < kLevels; ++level) {
    const double inside = std::clamp(static_cast<double>(level), 0.5, kLevels - 1.5) / (kLevels - 1);
    table[level] = static_cast<float>(std::log(inside / (1 - inside)));
  }
  return table;
}

uint16_t sample_of(float alpha) {
  return static_cast<uint16_t>(std::clamp(alpha, 0.0F, 1.0F) * kLargest + 0.5F);
}

// Half a step from either end is the end itself, which no other logit may become.
uint16_t sample_of_logit(float logit) {
  const float alpha = 1 / (1 + std::exp(-logit));
  const float half = 0.5F / kLargest;
  return sample_of((alpha - half) / (1 - 2 * half));
}

}  // namespace

void add_matte(const MatteSums& sums, const uint16_t* matte, size_t width, size_t height, bool mirrored) {
  static const std::vector<float> table = logits_of_samples();
  for (size_t y = 0; y < height; ++y) {
    const size_t row = y * width;
    for (size_t x = 0; x < width; ++x) {
      const uint16_t sample = matte[row + (mirrored ? width - 1 - x : x)];
      sums.logits[row + x] += table[sample];
      if (sums.alphas != nullptr) sums.alphas[row + x] += static_cast<float>(sample) / kLargest;
    }
  }
}

void mean_mattes(uint16_t* alpha, uint16_t* mean, const MatteSums& sums, size_t count, int passes) {
  const float share = 1 / static_cast<float>(passes);
  for (size_t i = 0; i < count; ++i) {
    alpha[i] = sample_of_logit(sums.logits[i] * share);
    if (sums.alphas != nullptr) mean[i] = sample_of(sums.alphas[i] * share);
  }
}

}  // namespace pdfnet
