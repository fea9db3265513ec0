// Where blocks of a frame are in another frame: block matching, from a quarter of the size to a quarter of a pixel.
#include "pixels/motion.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "pixels/luma.h"

namespace pdfnet {
namespace {

constexpr int kShrink = 4;
constexpr int kCoarseSide = 8;    // of a block, in small pixels
constexpr int kCoarseReach = 12;  // in small pixels
constexpr int kFineReach = 4;
constexpr int kSteps[] = {4, 2, 1};  // quarters of a pixel
constexpr int kMostTurns = 6;        // at each of them
constexpr uint32_t kBehind = 5;      // what counts of a pixel without alpha: where there is no object, it decides

uint32_t row_difference(const uint8_t* one, const uint8_t* other, size_t count) {
  uint32_t sum = 0;
  for (size_t x = 0; x < count; ++x) sum += static_cast<uint32_t>(std::abs(one[x] - other[x]));
  return sum;
}

std::vector<uint8_t> luma_of(const uint8_t* rgb, size_t count) {
  std::vector<uint8_t> samples(count);
  for (size_t pixel = 0; pixel < count; ++pixel) samples[pixel] = luma(rgb + 3 * pixel);
  return samples;
}

std::vector<uint8_t> shrink(const std::vector<uint8_t>& samples, int width, int small_width, int small_height) {
  std::vector<uint8_t> small(static_cast<size_t>(small_width) * small_height);
  for (int y = 0; y < small_height; ++y) {
    for (int x = 0; x < small_width; ++x) {
      uint32_t sum = 0;
      for (int row = 0; row < kShrink; ++row) {
        const uint8_t* const from = samples.data() + static_cast<size_t>(y * kShrink + row) * width + x * kShrink;
        for (int column = 0; column < kShrink; ++column) sum += from[column];
      }
      small[static_cast<size_t>(y) * small_width + x] = static_cast<uint8_t>(sum / (kShrink * kShrink));
    }
  }
  return small;
}

}  // namespace

LumaLevels::LumaLevels(const uint8_t* rgb, size_t wide, size_t high)
    : width(static_cast<int>(wide)),
      height(static_cast<int>(high)),
      small_width(width / kShrink),
      small_height(height / kShrink),
      samples_(luma_of(rgb, wide * high)),
      small_(shrink(samples_, width, small_width, small_height)) {}

Vector BlockMatcher::find(const Rect& block, Vector likely) const {
  const Shift whole = find_whole(block, {likely.x / 4, likely.y / 4});
  Vector best{4 * whole.x, 4 * whole.y};
  uint32_t least = object_difference(block, best, std::numeric_limits<uint32_t>::max());
  const auto consider = [&](Vector vector) {
    const uint32_t sum = object_difference(block, vector, least);
    if (sum >= least) return false;
    least = sum;
    best = vector;
    return true;
  };
  consider(likely);
  for (const int step : kSteps) {
    bool better = true;
    for (int turn = 0; better && turn < kMostTurns; ++turn) {
      const Vector around = best;
      better = false;
      for (int y = -step; y <= step; y += step) {
        for (int x = -step; x <= step; x += step) {
          if ((x != 0 || y != 0) && consider({around.x + x, around.y + y})) better = true;
        }
      }
    }
  }
  return best;
}

BlockMatcher::Shift BlockMatcher::find_whole(const Rect& block, Shift likely) const {
  Shift best{0, 0};
  uint32_t least = std::numeric_limits<uint32_t>::max();
  const auto consider = [&](Shift shift) {
    const uint32_t sum = difference(block, shift, least);
    if (sum >= least) return;
    least = sum;
    best = shift;
  };
  consider(likely);
  consider({0, 0});
  consider(find_coarsely(block));
  const Shift around = best;
  for (int y = -kFineReach; y <= kFineReach; ++y) {
    for (int x = -kFineReach; x <= kFineReach; ++x) consider({around.x + x, around.y + y});
  }
  return best;
}

uint32_t BlockMatcher::difference(const Rect& block, Shift shift, uint32_t most) const {
  const int left = static_cast<int>(block.left) + shift.x;
  const int top = static_cast<int>(block.top) + shift.y;
  const bool inside = left >= 0 && top >= 0 && left + static_cast<int>(block.width) <= other_.width &&
                      top + static_cast<int>(block.height) <= other_.height;
  if (!inside) return most;
  uint32_t sum = 0;
  for (size_t row = 0; row < block.height && sum < most; ++row) {
    const uint8_t* const now = now_.samples().data() + (block.top + row) * now_.width + block.left;
    const uint8_t* const other = other_.samples().data() + (top + row) * other_.width + left;
    sum += row_difference(now, other, block.width);
  }
  return std::min(sum, most);
}

uint32_t BlockMatcher::object_difference(const Rect& block, Vector vector, uint32_t most) const {
  const int left = static_cast<int>(block.left) + (vector.x >> 2);
  const int top = static_cast<int>(block.top) + (vector.y >> 2);
  const int right_part = vector.x & 3;
  const int lower_part = vector.y & 3;
  const bool inside = left >= 0 && top >= 0 &&
                      left + static_cast<int>(block.width) + (right_part > 0) <= other_.width &&
                      top + static_cast<int>(block.height) + (lower_part > 0) <= other_.height;
  if (!inside) return most;
  const int stride = other_.width;
  const int right = right_part > 0 ? 1 : 0;
  const int below = lower_part > 0 ? stride : 0;
  const int shares[] = {(4 - right_part) * (4 - lower_part), right_part * (4 - lower_part),
                        (4 - right_part) * lower_part, right_part * lower_part};
  uint32_t sum = 0;
  for (size_t row = 0; row < block.height && sum < most; ++row) {
    const size_t at = (block.top + row) * now_.width + block.left;
    const uint8_t* const now = now_.samples().data() + at;
    const uint8_t* const alpha = alpha_ + at;
    const uint8_t* const other = other_.samples().data() + (top + row) * stride + left;
    for (size_t x = 0; x < block.width; ++x) {
      const uint8_t* const corner = other + x;
      const int between = (shares[0] * corner[0] + shares[1] * corner[right] + shares[2] * corner[below] +
                           shares[3] * corner[below + right] + 8) >>
                          4;
      sum += static_cast<uint32_t>(std::abs(now[x] - between)) * (kBehind + alpha[x]);
    }
  }
  return std::min(sum, most);
}

BlockMatcher::Shift BlockMatcher::find_coarsely(const Rect& block) const {
  if (now_.small_width < kCoarseSide || now_.small_height < kCoarseSide) return {0, 0};
  const auto centred = [](size_t begin, size_t length, int side) {
    const int middle = static_cast<int>(begin + length / 2) / kShrink;
    return std::clamp(middle - kCoarseSide / 2, 0, side - kCoarseSide);
  };
  const int left = centred(block.left, block.width, now_.small_width);
  const int top = centred(block.top, block.height, now_.small_height);
  Shift best{0, 0};
  uint32_t least = coarse_difference(left, top, best, std::numeric_limits<uint32_t>::max());
  for (int y = -kCoarseReach; y <= kCoarseReach; ++y) {
    for (int x = -kCoarseReach; x <= kCoarseReach; ++x) {
      const uint32_t sum = coarse_difference(left, top, {x, y}, least);
      if (sum >= least) continue;
      least = sum;
      best = {x, y};
    }
  }
  return {best.x * kShrink, best.y * kShrink};
}

uint32_t BlockMatcher::coarse_difference(int left, int top, Shift shift, uint32_t most) const {
  const int from_left = left + shift.x;
  const int from_top = top + shift.y;
  const bool inside = from_left >= 0 && from_top >= 0 && from_left + kCoarseSide <= other_.small_width &&
                      from_top + kCoarseSide <= other_.small_height;
  if (!inside) return most;
  uint32_t sum = 0;
  for (int row = 0; row < kCoarseSide && sum < most; ++row) {
    const uint8_t* const now = now_.small().data() + static_cast<size_t>(top + row) * now_.small_width + left;
    const uint8_t* const other =
        other_.small().data() + static_cast<size_t>(from_top + row) * other_.small_width + from_left;
    sum += row_difference(now, other, kCoarseSide);
  }
  return std::min(sum, most);
}

}  // namespace pdfnet
