// Halves a picture, for the levels of a pyramid.
#include "pixels/planes.h"

#include <algorithm>
#include <limits>

#include "pixels/softness.h"

namespace pdfnet {
namespace {

template <typename Sample>
Sample unchanged(Sample sample) {
  return sample;
}

// One plane of the result; `step` is how far apart samples of one channel lie.
template <typename Sample, Sample (*Read)(Sample) = unchanged<Sample>>
std::vector<uint16_t> halve_plane(const Sample* from, int width, int height, int step) {
  // 8-bit samples times 257 are the same shares of 65535.
  constexpr uint32_t kScale = 65535 / std::numeric_limits<Sample>::max();
  const int half_width = (width + 1) / 2;
  const int half_height = (height + 1) / 2;
  const int pairs = width / 2;
  std::vector<uint16_t> to(static_cast<size_t>(half_width) * half_height);
  for (int y = 0; y < half_height; ++y) {
    const size_t row = static_cast<size_t>(width) * step;
    const Sample* upper = from + 2 * y * row;
    const Sample* lower = 2 * y + 1 < height ? upper + row : upper;
    uint16_t* out = to.data() + static_cast<size_t>(y) * half_width;
    for (int x = 0; x < pairs; ++x) {
      const size_t at = 2 * static_cast<size_t>(x) * step;
      const uint32_t sum =
          uint32_t{Read(upper[at])} + Read(upper[at + step]) + Read(lower[at]) + Read(lower[at + step]);
      out[x] = static_cast<uint16_t>((sum * kScale + 2) >> 2);
    }
    if (pairs < half_width) {
      const size_t last = row - step;
      out[pairs] = static_cast<uint16_t>(((uint32_t{Read(upper[last])} + Read(lower[last])) * kScale + 1) >> 1);
    }
  }
  return to;
}

template <typename Sample>
Level halve_samples(const Samples<Sample>& picture) {
  const auto [colours, alpha, width, height, channels] = picture;
  Level level{(width + 1) / 2, (height + 1) / 2, halve_plane<Sample, settled<Sample>>(alpha, width, height, 1), {}};
  for (int channel = 0; channel < channels; ++channel) {
    level.colours.push_back(halve_plane(colours + channel, width, height, channels));
  }
  return level;
}

}  // namespace

Level halve(const Samples<uint8_t>& picture) {
  return halve_samples(picture);
}

Level halve(const Samples<uint16_t>& picture) {
  return halve_samples(picture);
}

Level halve(const Level& level) {
  Level half{
      (level.width + 1) / 2, (level.height + 1) / 2, halve_plane(level.alpha.data(), level.width, level.height, 1), {}};
  for (const std::vector<uint16_t>& plane : level.colours) {
    half.colours.push_back(halve_plane(plane.data(), level.width, level.height, 1));
  }
  return half;
}

}  // namespace pdfnet
