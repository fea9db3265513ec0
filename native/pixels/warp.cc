// Samples of a frame, moved by parts of a pixel.
#include "pixels/warp.h"

#include <algorithm>
#include <cstddef>

namespace pdfnet {
namespace {

constexpr int kTaps = 4;
constexpr int kMostChannels = 3;

// What the four neighbours count, the second one and the third one being on either side; by quarters of a pixel.
constexpr float kShares[4][kTaps] = {
    {0, 1, 0, 0},
    {-0.0703125f, 0.8671875f, 0.2265625f, -0.0234375f},
    {-0.0625f, 0.5625f, 0.5625f, -0.0625f},
    {-0.0234375f, 0.2265625f, 0.8671875f, -0.0703125f},
};

void copy(const Plane& from, int left, int top, int width, int height, float* to) {
  for (int row = 0; row < height; ++row) {
    const int y = std::clamp(top + row, 0, from.height - 1);
    const uint8_t* const samples = from.samples + static_cast<size_t>(y) * from.width * from.channels;
    for (int column = 0; column < width; ++column) {
      const int x = std::clamp(left + column, 0, from.width - 1);
      for (int channel = 0; channel < from.channels; ++channel) *to++ = samples[x * from.channels + channel];
    }
  }
}

}  // namespace

void warp(const Plane& from, const Window& window, Vector vector, float* to) {
  const int left = window.left + (vector.x >> 2) - 1;
  const int top = window.top + (vector.y >> 2) - 1;
  const bool whole = (vector.x & 3) == 0 && (vector.y & 3) == 0;
  if (whole) return copy(from, left + 1, top + 1, window.width, window.height, to);
  const float* const across = kShares[vector.x & 3];
  const float* const down = kShares[vector.y & 3];
  const int channels = from.channels;
  const int length = window.width * channels;
  float lines[kTaps][kMostWarped * kMostChannels];
  float line[(kMostWarped + kTaps - 1) * kMostChannels];
  for (int row = 0; row < window.height + kTaps - 1; ++row) {
    copy(from, left, top + row, window.width + kTaps - 1, 1, line);
    float* const moved = lines[row % kTaps];
    for (int at = 0; at < length; ++at) {
      moved[at] = across[0] * line[at] + across[1] * line[at + channels] + across[2] * line[at + 2 * channels] +
                  across[3] * line[at + 3 * channels];
    }
    if (row < kTaps - 1) continue;
    const float* const first = lines[(row + 1) % kTaps];
    const float* const second = lines[(row + 2) % kTaps];
    const float* const third = lines[(row + 3) % kTaps];
    for (int at = 0; at < length; ++at) {
      *to++ = down[0] * first[at] + down[1] * second[at] + down[2] * third[at] + down[3] * moved[at];
    }
  }
}

}  // namespace pdfnet
