// How much the colours of two frames differ.
#include "pixels/difference.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace pdfnet {
namespace {

constexpr size_t kSampled = 4;   // every so many blocks in both directions the noise is measured
constexpr float kMostNoise = 6;  // more is motion

int pixel_difference(const uint8_t* now, const uint8_t* other) {
  return std::max({std::abs(now[0] - other[0]), std::abs(now[1] - other[1]), std::abs(now[2] - other[2])});
}

}  // namespace

Rect FramePair::block(size_t left, size_t top) const {
  return {left, top, std::min(kBlock, width - left), std::min(kBlock, height - top)};
}

float FramePair::difference(const Rect& block) const {
  int sum = 0;
  for (size_t row = 0; row < block.height; ++row) {
    const size_t at = 3 * ((block.top + row) * width + block.left);
    for (size_t x = at; x < at + 3 * block.width; x += 3) sum += pixel_difference(now + x, other + x);
  }
  return static_cast<float>(sum) / static_cast<float>(block.width * block.height);
}

float FramePair::difference_around(size_t x, size_t y) const {
  const size_t left = x > 0 ? x - 1 : 0;
  const size_t top = y > 0 ? y - 1 : 0;
  return difference({left, top, std::min(x + 2, width) - left, std::min(y + 2, height) - top});
}

Noise::Noise(const FramePair& pair) {
  std::vector<float> means;
  for (size_t top = 0; top < pair.height; top += kSampled * kBlock) {
    for (size_t left = 0; left < pair.width; left += kSampled * kBlock) {
      means.push_back(pair.difference(pair.block(left, top)));
    }
  }
  const auto tenth = means.begin() + static_cast<std::ptrdiff_t>(means.size() / 10);
  std::nth_element(means.begin(), tenth, means.end());
  level_ = std::min(*tenth, kMostNoise);
}

}  // namespace pdfnet
