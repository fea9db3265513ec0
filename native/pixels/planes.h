// Planes of 16-bit samples: how pixel work keeps what is smaller than the picture itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace pdfnet {

constexpr float kPlaneMax = 65535.0f;

// A picture that was lent: height × width × channels samples, 8 or 16 bits, and its alpha of as many.
template <typename Sample>
struct Samples {
  const Sample* colours;
  const Sample* alpha;
  int width;
  int height;
  int channels;
};

// Half as wide and high as what it was made of, odd sides rounded up; `colours` holds a plane for each channel. What of
// the picture is foreground or background alone has an alpha of quite 1 or quite 0.
struct Level {
  int width;
  int height;
  std::vector<uint16_t> alpha;
  std::vector<std::vector<uint16_t>> colours;
};

// Means of 2×2; an odd last row or column counts twice.
Level halve(const Samples<uint8_t>& picture);
Level halve(const Samples<uint16_t>& picture);
Level halve(const Level& level);

}  // namespace pdfnet
