// How far the matte of one tile is believed, beside the coarse matte of the whole picture.
#include "pixels/agreement.h"

#include <algorithm>
#include <cmath>

#include "pixels/smooth.h"
#include "pixels/softness.h"

namespace pdfnet {
namespace {

constexpr float kLargest = 65'535.0F;

// Of a cell's pixels: with fewer soft ones there is no edge that a tile could sharpen.
constexpr float kLeastSoft = 0.005F;

// How far alpha is from 0 or 1, whichever is nearer.
int64_t doubt(int64_t alpha) {
  return std::min(alpha, static_cast<int64_t>(kLargest) - alpha);
}

// The mean over each cell of a number that `of` makes of both mattes' samples.
template <typename Of>
Cells means(const uint16_t* tile, const uint16_t* coarse, size_t width, const Rect& part, size_t cell, Of of) {
  Cells cells(part.width, part.height, cell);
  for (size_t y = 0; y < part.height; ++y) {
    const uint16_t* const ours = tile + y * part.width;
    const uint16_t* const theirs = coarse + (part.top + y) * width + part.left;
    for (size_t column = 0; column < cells.columns; ++column) {
      const size_t end = std::min(part.width, (column + 1) * cell);
      int64_t sum = 0;
      for (size_t x = column * cell; x < end; ++x) sum += of(ours[x], theirs[x]);
      cells.at(column, y / cell) += static_cast<float>(sum);
    }
  }
  for (size_t row = 0; row < cells.rows; ++row) {
    const size_t height = std::min(cell, part.height - row * cell);
    for (size_t column = 0; column < cells.columns; ++column) {
      const size_t pixels = height * std::min(cell, part.width - column * cell);
      cells.at(column, row) /= static_cast<float>(pixels);
    }
  }
  return cells;
}

// The largest step in each cell, and to its left and upper neighbours, between means over coarse pixels.
Cells steps(const uint16_t* tile, const uint16_t* coarse, size_t width, const Rect& part, size_t cell) {
  const size_t side = std::max<size_t>(1, cell / kCoarsePixels);
  const Cells pixels = means(tile, coarse, width, part, side, [](int64_t, int64_t theirs) { return theirs; });
  Cells largest(part.width, part.height, cell);
  for (size_t y = 0; y < pixels.rows; ++y) {
    const size_t row = std::min(y * side / cell, largest.rows - 1);
    for (size_t x = 0; x < pixels.columns; ++x) {
      const float across = x == 0 ? 0 : pixels.at(x, y) - pixels.at(x - 1, y);
      const float down = y == 0 ? 0 : pixels.at(x, y) - pixels.at(x, y - 1);
      float& most = largest.at(std::min(x * side / cell, largest.columns - 1), row);
      most = std::max(most, std::hypot(across, down) / kLargest);
    }
  }
  return largest;
}

}  // namespace

Belief compare(const uint16_t* tile, const uint16_t* coarse, size_t width, const Rect& part,
               const Agreement& agreement) {
  const size_t cell = agreement.cell;
  const Cells difference =
      mean_around(means(tile, coarse, width, part, cell, [](int64_t ours, int64_t theirs) { return ours - theirs; }));
  const Cells coarse_mean =
      mean_around(means(tile, coarse, width, part, cell, [](int64_t, int64_t theirs) { return theirs; }));
  const Cells doubted = mean_around(
      means(tile, coarse, width, part, cell, [](int64_t ours, int64_t theirs) { return doubt(ours) - doubt(theirs); }));
  const Cells soft = largest_around(means(tile, coarse, width, part, cell, [](int64_t, int64_t theirs) {
    return static_cast<int64_t>(is_soft(static_cast<uint16_t>(theirs)));
  }));
  const Cells step = largest_around(steps(tile, coarse, width, part, cell));

  Belief belief{soft, difference};
  for (float& share : belief.weight.values) share = share > kLeastSoft ? 1.0F : 0.0F;
  belief.weight = mean_around(belief.weight);
  for (size_t i = 0; i < difference.values.size(); ++i) {
    const float apart = std::fabs(difference.values[i]) / kLargest;
    const float lost = -difference.values[i] / std::max(coarse_mean.values[i], 1.0F);
    belief.weight.values[i] *= 1 - smooth_between(agreement.same, agreement.other, apart);
    belief.weight.values[i] *= 1 - smooth_between(agreement.lost, 1, lost);
    belief.weight.values[i] *= 1 - smooth_between(agreement.sure, agreement.unsure, doubted.values[i] / kLargest);
    belief.kept.values[i] *= 1 - smooth_between(agreement.flat, agreement.steep, step.values[i]);
  }
  return belief;
}

}  // namespace pdfnet
