// Relaxes foreground and background colours in one tile.
#include "pixels/foreground_tile.h"

#include <algorithm>
#include <cmath>

#include "pixels/softness.h"

namespace pdfnet {
namespace {

// Holds neighbours together where alpha does not change; where it does, its step adds to this.
constexpr float kSmoothness = 1e-5f;

// Half a step of 8 bits aside, so that rounding to other samples and back moves no pixel across.
constexpr float kForegroundShare = (kForegroundFrom - 0.5f) / 255;
constexpr float kBackgroundShare = (kBackgroundTo + 0.5f) / 255;

float clamp(float share) {
  return std::min(1.0f, std::max(0.0f, share));
}

}  // namespace

void ForegroundTile::weigh() {
  const auto& [width, height, left, top, right, bottom] = window_;
  across_.fill(0);
  down_.fill(0);
  for (int y = top; y < bottom; ++y) {
    for (int x = left, at = index(left, y); x < right - 1; ++x, ++at) {
      across_[at] = kSmoothness + std::fabs(alpha[at] - alpha[at + 1]);
    }
  }
  for (int y = top; y < bottom - 1; ++y) {
    for (int x = left, at = index(left, y); x < right; ++x, ++at) {
      down_[at] = kSmoothness + std::fabs(alpha[at] - alpha[at + kStride]);
    }
  }
  for (int y = top; y < bottom; ++y) {
    for (int x = left, at = index(left, y); x < right; ++x, ++at) {
      const float weight = across_[at - 1] + across_[at] + down_[at - kStride] + down_[at];
      const float rest = 1 - alpha[at];
      // A level of one pixel has no neighbours.
      per_weight_[at] = 1 / std::max(weight, kSmoothness);
      gain_[at] = 1 / (weight + alpha[at] * alpha[at] + rest * rest);
    }
  }
}

// For weights w to the neighbours' colours, what minimises (αF + (1-α)B - I)² + Σw(F - Fⱼ)² + Σw(B - Bⱼ)² is their
// weighted means, moved along (α, 1-α) by what is left of I.
void ForegroundTile::relax_channel(int channel, int inset) {
  const auto& [width, height, left, top, right, bottom] = window_;
  const int first = left + (left > 0 ? inset : 0);
  const int last = right - (right < width ? inset : 0);
  const float* __restrict colours = colour[channel].data();
  const float* __restrict alphas = alpha.data();
  const float* __restrict across = across_.data();
  const float* __restrict down = down_.data();
  const float* __restrict per_weight = per_weight_.data();
  const float* __restrict gain = gain_.data();
  const float* __restrict fore = foreground[channel].data();
  const float* __restrict back = background[channel].data();
  float* __restrict next_fore = next_foreground_.data();
  float* __restrict next_back = next_background_.data();
  const int begin = top + (top > 0 ? inset : 0);
  const int end = bottom - (bottom < height ? inset : 0);
  for (int y = begin; y < end; ++y) {
    const int stop = index(last, y);
    for (int at = index(first, y); at < stop; ++at) {
      const float left_weight = across[at - 1];
      const float right_weight = across[at];
      const float up_weight = down[at - kStride];
      const float down_weight = down[at];
      const float mean_fore = per_weight[at] * (left_weight * fore[at - 1] + right_weight * fore[at + 1] +
                                                up_weight * fore[at - kStride] + down_weight * fore[at + kStride]);
      const float mean_back = per_weight[at] * (left_weight * back[at - 1] + right_weight * back[at + 1] +
                                                up_weight * back[at - kStride] + down_weight * back[at + kStride]);
      const float share = alphas[at];
      const float rest = 1 - share;
      const float left_over = gain[at] * (colours[at] - share * mean_fore - rest * mean_back);
      const float new_fore = clamp(mean_fore + share * left_over);
      const float new_back = clamp(mean_back + rest * left_over);
      next_fore[at] = share >= kForegroundShare ? colours[at] : new_fore;
      next_back[at] = share <= kBackgroundShare ? colours[at] : new_back;
    }
  }
  for (int y = begin; y < end; ++y) {
    const int from = index(first, y);
    const int count = last - first;
    std::copy_n(next_foreground_.begin() + from, count, foreground[channel].begin() + from);
    std::copy_n(next_background_.begin() + from, count, background[channel].begin() + from);
  }
}

void ForegroundTile::relax(int times) {
  weigh();
  for (int time = 1; time <= times; ++time) {
    for (int channel = 0; channel < channels_; ++channel) relax_channel(channel, time);
  }
}

}  // namespace pdfnet
