// Where blocks of a frame were in the frame before: block matching, from a quarter of the size to the full one.
#include "pixels/motion.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

namespace pdfnet {
namespace {

constexpr int kShrink = 4;
constexpr int kCoarseSide = 8;    // of a block, in small pixels
constexpr int kCoarseReach = 12;  // in small pixels
constexpr int kFineReach = 4;

uint32_t row_difference(const uint8_t* one, const uint8_t* other, size_t count) {
  uint32_t sum = 0;
  for (size_t x = 0; x < count; ++x) sum += static_cast<uint32_t>(std::abs(one[x] - other[x]));
  return sum;
}

std::vector<uint8_t> shrink(const uint8_t* samples, int width, int small_width, int small_height) {
  std::vector<uint8_t> small(static_cast<size_t>(small_width) * small_height);
  for (int y = 0; y < small_height; ++y) {
    for (int x = 0; x < small_width; ++x) {
      uint32_t sum = 0;
      for (int row = 0; row < kShrink; ++row) {
        const uint8_t* const from = samples + static_cast<size_t>(y * kShrink + row) * width + x * kShrink;
        for (int column = 0; column < kShrink; ++column) sum += from[column];
      }
      small[static_cast<size_t>(y) * small_width + x] = static_cast<uint8_t>(sum / (kShrink * kShrink));
    }
  }
  return small;
}

}  // namespace

LumaLevels::LumaLevels(const uint8_t* luma, size_t wide, size_t high)
    : samples(luma),
      width(static_cast<int>(wide)),
      height(static_cast<int>(high)),
      small_width(width / kShrink),
      small_height(height / kShrink),
      small_(shrink(luma, width, small_width, small_height)) {}

uint32_t BlockMatcher::difference(const Rect& block, Vector vector, uint32_t most) const {
  const int left = static_cast<int>(block.left) + vector.x;
  const int top = static_cast<int>(block.top) + vector.y;
  const bool inside = left >= 0 && top >= 0 && left + static_cast<int>(block.width) <= before_.width &&
                      top + static_cast<int>(block.height) <= before_.height;
  if (!inside) return most;
  uint32_t sum = 0;
  for (size_t row = 0; row < block.height && sum < most; ++row) {
    const uint8_t* const now = now_.samples + (block.top + row) * now_.width + block.left;
    const uint8_t* const before =
        before_.samples + static_cast<size_t>(top + static_cast<int>(row)) * before_.width + left;
    sum += row_difference(now, before, block.width);
  }
  return std::min(sum, most);
}

Vector BlockMatcher::find(const Rect& block, Vector likely) const {
  Vector best{0, 0};
  uint32_t least = std::numeric_limits<uint32_t>::max();
  const auto consider = [&](Vector vector) {
    const uint32_t sum = difference(block, vector, least);
    if (sum >= least) return;
    least = sum;
    best = vector;
  };
  consider(likely);
  consider({0, 0});
  consider(find_coarsely(block));
  const Vector around = best;
  for (int y = -kFineReach; y <= kFineReach; ++y) {
    for (int x = -kFineReach; x <= kFineReach; ++x) consider({around.x + x, around.y + y});
  }
  return best;
}

Vector BlockMatcher::find_coarsely(const Rect& block) const {
  if (now_.small_width < kCoarseSide || now_.small_height < kCoarseSide) return {0, 0};
  const auto centred = [](size_t begin, size_t length, int side) {
    const int middle = static_cast<int>(begin + length / 2) / kShrink;
    return std::clamp(middle - kCoarseSide / 2, 0, side - kCoarseSide);
  };
  const int left = centred(block.left, block.width, now_.small_width);
  const int top = centred(block.top, block.height, now_.small_height);
  Vector best{0, 0};
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

uint32_t BlockMatcher::coarse_difference(int left, int top, Vector vector, uint32_t most) const {
  const int from_left = left + vector.x;
  const int from_top = top + vector.y;
  const bool inside = from_left >= 0 && from_top >= 0 && from_left + kCoarseSide <= before_.small_width &&
                      from_top + kCoarseSide <= before_.small_height;
  if (!inside) return most;
  uint32_t sum = 0;
  for (int row = 0; row < kCoarseSide && sum < most; ++row) {
    const uint8_t* const now = now_.small().data() + static_cast<size_t>(top + row) * now_.small_width + left;
    const uint8_t* const before =
        before_.small().data() + static_cast<size_t>(from_top + row) * before_.small_width + from_left;
    sum += row_difference(now, before, kCoarseSide);
  }
  return std::min(sum, most);
}

}  // namespace pdfnet
