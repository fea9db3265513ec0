// Where a matte is neither background nor foreground.
#include "pixels/unsettled.h"

namespace pdfnet {
namespace {

// 2 % and 98 % of opacity: networks seldom give less, or more, without a doubt.
constexpr uint16_t kTransparent = 1'311;
constexpr uint16_t kOpaque = 64'224;

size_t count_soft(const uint16_t* samples, size_t count) {
  size_t soft = 0;
  for (size_t x = 0; x < count; ++x) soft += samples[x] > kTransparent && samples[x] < kOpaque;
  return soft;
}

}  // namespace

void unsettled(float* shares, const uint16_t* alpha, size_t width, const Rect* parts, size_t count) {
  for (size_t index = 0; index < count; ++index) {
    const Rect& part = parts[index];
    size_t soft = 0;
    for (size_t y = 0; y < part.height; ++y) {
      soft += count_soft(alpha + (part.top + y) * width + part.left, part.width);
    }
    shares[index] = static_cast<float>(soft) / static_cast<float>(part.width * part.height);
  }
}

}  // namespace pdfnet
