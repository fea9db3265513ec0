// Relaxes the foreground and background colours of a tile's soft pixels.
#include "pixels/foreground_tile.h"

#include <algorithm>
#include <cmath>

namespace pdfnet {
namespace {

constexpr float kOutside = -1;

// What holds neighbours together: little where alpha does not change, and its step times a share of what the picture
// itself weighs.
constexpr float kSmoothness = 1e-5f;
constexpr float kStepWeight = 0.03f;

// Keeps a pixel that has no neighbour where it is.
constexpr float kSelfWeight = 1e-7f;

// Each step goes so far beyond the best colours, which brings all of them sooner to where they settle.
constexpr float kOverRelaxation = 1.3f;

constexpr int kNeighbours[] = {-1, 1, -ForegroundTile::kStride, ForegroundTile::kStride};

Colour clamp(Colour share) {
  share = share < 0.0f ? Colour{} : share;
  return share > 1.0f ? Colour{} + 1.0f : share;
}

}  // namespace

void ForegroundTile::place(const Window& window) {
  window_ = window;
  std::fill_n(alpha, kCells, kOutside);
}

void ForegroundTile::weigh() {
  const auto& [left, top, right, bottom] = window_;
  soft_.clear();
  for (int y = top; y < bottom; ++y) {
    for (int x = left, at = index(left, y); x < right; ++x, ++at) {
      if (alpha[at] > 0 && alpha[at] < 1) weigh(at);
    }
  }
}

// A colour is looked for only where there is some of it: a hair's is not that of the background beside it. The less of
// the background is seen, the smoother it is held, and the less of the foreground, the freer it is: what the means
// leave over goes to the foreground, whose strands differ, rather than to the background, which goes on behind them.
void ForegroundTile::weigh(int at) {
  Soft pixel{at, alpha[at], kSelfWeight, kSelfWeight, {}, {}, 0, 0};
  float fore_weight = kSelfWeight;
  float back_weight = kSelfWeight;
  for (int side = 0; side < 4; ++side) {
    const float other = alpha[at + kNeighbours[side]];
    const float weight = kSmoothness + kStepWeight * std::fabs(pixel.alpha - other);
    pixel.fore[side] = other > 0 ? weight : 0;
    pixel.back[side] = other >= 0 && other < 1 ? weight : 0;
    fore_weight += pixel.fore[side];
    back_weight += pixel.back[side];
  }
  pixel.fore_self /= fore_weight;
  pixel.back_self /= back_weight;
  for (float& weight : pixel.fore) weight /= fore_weight;
  for (float& weight : pixel.back) weight /= back_weight;
  const float rest = 1 - pixel.alpha;
  // For weights w and v of the means, (αF + (1-α)B - I)² + wα(F - mean)² + v(1-α)⁻²(B - mean)² is least where each
  // colour is its mean and a share of what is left over.
  const float fore_gain = 1 / fore_weight;
  const float back_gain = rest * rest * rest / back_weight;
  const float share = 1 / (1 + pixel.alpha * fore_gain + rest * back_gain);
  pixel.fore_gain = fore_gain * share;
  pixel.back_gain = back_gain * share;
  soft_.push_back(pixel);
}

void ForegroundTile::relax(const Soft& pixel) {
  Colour* fore = foreground + pixel.at;
  Colour* back = background + pixel.at;
  Colour mean_fore = pixel.fore_self * *fore;
  Colour mean_back = pixel.back_self * *back;
  for (int side = 0; side < 4; ++side) {
    mean_fore += pixel.fore[side] * fore[kNeighbours[side]];
    mean_back += pixel.back[side] * back[kNeighbours[side]];
  }
  const Colour left_over = colour[pixel.at] - pixel.alpha * mean_fore - (1 - pixel.alpha) * mean_back;
  *fore = clamp(*fore + kOverRelaxation * (mean_fore + pixel.fore_gain * left_over - *fore));
  *back = clamp(*back + kOverRelaxation * (mean_back + pixel.back_gain * left_over - *back));
}

void ForegroundTile::relax(int times) {
  // To and fro, so that colours travel both ways.
  for (int time = 0; time < times; time += 2) {
    for (auto pixel = soft_.begin(); pixel != soft_.end(); ++pixel) relax(*pixel);
    for (auto pixel = soft_.rbegin(); pixel != soft_.rend(); ++pixel) relax(*pixel);
  }
}

}  // namespace pdfnet
