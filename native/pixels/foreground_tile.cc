// Relaxes the foreground and background colours of a tile's soft pixels.
#include "pixels/foreground_tile.h"

#include <algorithm>

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

constexpr int kLeft = 0;
constexpr int kRight = 1;
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
  const float own = alpha[at];
  const float rest = 1 - own;
  const Sides others{alpha[at + kNeighbours[0]], alpha[at + kNeighbours[1]], alpha[at + kNeighbours[2]],
                     alpha[at + kNeighbours[3]]};
  const Sides step = others - own;
  const Sides weight = kSmoothness + kStepWeight * (step < 0.0f ? -step : step);
  const Sides fore = others > 0.0f ? weight : Sides{};
  const Sides back = others >= 0.0f ? others < 1.0f ? weight : Sides{} : Sides{};
  const float fore_weight = kSelfWeight + fore[0] + fore[1] + fore[2] + fore[3];
  const float back_weight = kSelfWeight + back[0] + back[1] + back[2] + back[3];
  // For weights w and v of the means, (αF + (1-α)B - I)² + wα(F - mean)² + v(1-α)⁻²(B - mean)² is least where each
  // colour is its mean and a share of what is left over.
  const float fore_gain = 1 / fore_weight;
  const float back_gain = rest * rest * rest / back_weight;
  const float share = 1 / (1 + own * fore_gain + rest * back_gain);
  // Filled where it lies: a copy would wait for its parts.
  Soft& pixel = soft_.emplace_back();
  pixel.at = at;
  pixel.alpha = own;
  pixel.fore_self = kSelfWeight / fore_weight;
  pixel.back_self = kSelfWeight / back_weight;
  pixel.fore = fore / fore_weight;
  pixel.back = back / back_weight;
  pixel.fore_gain = fore_gain * share;
  pixel.back_gain = back_gain * share;
}

// The neighbour that has just been relaxed comes in last, and in few steps: a pixel waits for it, and for nothing else.
template <int Last>
void ForegroundTile::relax(const Soft& pixel) {
  Colour* fore = foreground + pixel.at;
  Colour* back = background + pixel.at;
  Colour mean_fore = pixel.fore_self * *fore;
  Colour mean_back = pixel.back_self * *back;
  for (int side = 0; side < 4; ++side) {
    if (side == Last) continue;
    mean_fore += pixel.fore[side] * fore[kNeighbours[side]];
    mean_back += pixel.back[side] * back[kNeighbours[side]];
  }
  const float rest = 1 - pixel.alpha;
  const Colour left_over = colour[pixel.at] - pixel.alpha * mean_fore - rest * mean_back;
  const Colour first_fore = *fore + kOverRelaxation * (mean_fore + pixel.fore_gain * left_over - *fore);
  const Colour first_back = *back + kOverRelaxation * (mean_back + pixel.back_gain * left_over - *back);
  // It adds to its mean, and takes that from what is left over.
  const float last_fore = kOverRelaxation * pixel.fore[Last];
  const float last_back = kOverRelaxation * pixel.back[Last];
  const Colour fore_there = fore[kNeighbours[Last]];
  const Colour back_there = back[kNeighbours[Last]];
  *fore = clamp(first_fore + last_fore * (1 - pixel.fore_gain * pixel.alpha) * fore_there -
                last_back * (pixel.fore_gain * rest) * back_there);
  *back = clamp(first_back + last_back * (1 - pixel.back_gain * rest) * back_there -
                last_fore * (pixel.back_gain * pixel.alpha) * fore_there);
}

void ForegroundTile::relax(int times) {
  // To and fro, so that colours travel both ways.
  for (int time = 0; time < times; time += 2) {
    for (auto pixel = soft_.begin(); pixel != soft_.end(); ++pixel) relax<kLeft>(*pixel);
    for (auto pixel = soft_.rbegin(); pixel != soft_.rend(); ++pixel) relax<kRight>(*pixel);
  }
}

}  // namespace pdfnet
