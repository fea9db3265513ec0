// Lays the matte of one tile into the matte of the whole picture, as far as the two agree.
#include "pixels/tile.h"

#include <algorithm>
#include <vector>

#include "pixels/smooth.h"

namespace pdfnet {
namespace {

constexpr float kLargest = 65'535.0F;

// At the middle of the pixel that is `from_side` pixels away from the side.
float ramp_at(const Ramp& ramp, size_t from_side) {
  if (ramp.length == 0) return from_side >= ramp.start ? 1.0F : 0.0F;
  return smooth((static_cast<float>(from_side) + 0.5F - static_cast<float>(ramp.start)) /
                static_cast<float>(ramp.length));
}

std::vector<float> weights_of(size_t length, const Ramp& first, const Ramp& last) {
  std::vector<float> weights(length);
  for (size_t i = 0; i < length; ++i) weights[i] = ramp_at(first, i) * ramp_at(last, length - 1 - i);
  return weights;
}

}  // namespace

void blend_tile(uint16_t* result, const uint16_t* coarse, size_t width, const uint16_t* tile, const TilePlace& place,
                const Agreement& agreement) {
  const Rect& part = place.part;
  const Belief belief = compare(tile, coarse, width, part, agreement);
  const size_t cells = belief.weight.columns;
  const std::vector<float> across = weights_of(part.width, place.left, place.right);
  const std::vector<float> down = weights_of(part.height, place.top, place.bottom);
  const std::vector<Between> columns = between_cells(part.width, agreement.cell, cells);
  const std::vector<Between> rows = between_cells(part.height, agreement.cell, belief.weight.rows);
  std::vector<float> weight(cells);
  std::vector<float> kept(cells);
  const auto line = [](const Cells& from, const Between& row, std::vector<float>* to) {
    for (size_t x = 0; x < to->size(); ++x) (*to)[x] = row.of(from.at(x, row.first), from.at(x, row.second));
  };
  for (size_t y = 0; y < part.height; ++y) {
    line(belief.weight, rows[y], &weight);
    line(belief.kept, rows[y], &kept);
    const size_t start = (part.top + y) * width + part.left;
    for (size_t x = 0; x < part.width; ++x) {
      const Between& column = columns[x];
      const float detail = static_cast<float>(tile[y * part.width + x]) - coarse[start + x] -
                           column.of(kept[column.first], kept[column.second]);
      const float change = down[y] * across[x] * column.of(weight[column.first], weight[column.second]) * detail;
      const float sum = static_cast<float>(result[start + x]) + change + 0.5F;
      result[start + x] = static_cast<uint16_t>(std::clamp(sum, 0.0F, kLargest));
    }
  }
}

}  // namespace pdfnet
