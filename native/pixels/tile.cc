// Lays the matte of one tile into the matte of the whole picture, as far as the two agree.
#include "pixels/tile.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace pdfnet {
namespace {

constexpr float kLargest = 65'535.0F;

// 0 up to 0, 1 from 1 on, and smooth at both; smooth(t) + smooth(1 − t) = 1.
float smooth(float t) {
  const float inside = std::clamp(t, 0.0F, 1.0F);
  return inside * inside * (3 - 2 * inside);
}

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

// One number for each cell of a grid; the last cells of a row or column may be smaller.
struct Grid {
  size_t columns, rows;
  std::vector<float> values;

  Grid(const Rect& part, size_t cell)
      : columns((part.width + cell - 1) / cell), rows((part.height + cell - 1) / cell), values(columns * rows) {}
  float& at(size_t column, size_t row) { return values[row * columns + column]; }
  float at(size_t column, size_t row) const { return values[row * columns + column]; }
};

// Mean difference of the two mattes over each cell, −1 to 1.
Grid differences(const uint16_t* tile, const uint16_t* coarse, size_t width, const Rect& part, size_t cell) {
  Grid grid(part, cell);
  for (size_t y = 0; y < part.height; ++y) {
    const uint16_t* const ours = tile + y * part.width;
    const uint16_t* const theirs = coarse + (part.top + y) * width + part.left;
    for (size_t column = 0; column < grid.columns; ++column) {
      const size_t end = std::min(part.width, (column + 1) * cell);
      int64_t sum = 0;
      for (size_t x = column * cell; x < end; ++x) sum += static_cast<int64_t>(ours[x]) - theirs[x];
      grid.at(column, y / cell) += static_cast<float>(sum);
    }
  }
  for (size_t row = 0; row < grid.rows; ++row) {
    const size_t height = std::min(cell, part.height - row * cell);
    for (size_t column = 0; column < grid.columns; ++column) {
      const size_t pixels = height * std::min(cell, part.width - column * cell);
      grid.at(column, row) /= kLargest * static_cast<float>(pixels);
    }
  }
  return grid;
}

// The mean over each cell and those around it.
Grid spread(const Grid& grid) {
  Grid result = grid;
  for (size_t row = 0; row < grid.rows; ++row) {
    for (size_t column = 0; column < grid.columns; ++column) {
      float sum = 0;
      int count = 0;
      for (size_t y = row == 0 ? 0 : row - 1; y <= std::min(row + 1, grid.rows - 1); ++y) {
        for (size_t x = column == 0 ? 0 : column - 1; x <= std::min(column + 1, grid.columns - 1); ++x, ++count) {
          sum += grid.at(x, y);
        }
      }
      result.at(column, row) = sum / static_cast<float>(count);
    }
  }
  return result;
}

Grid agreement_of(Grid difference, const Agreement& agreement) {
  for (float& value : difference.values) {
    value = 1 - smooth((std::fabs(value) - agreement.same) / (agreement.other - agreement.same));
  }
  return difference;
}

// The two cells between whose centres a pixel lies, and how near it is to the second.
struct Between {
  size_t first, second;
  float share;
};

std::vector<Between> between_cells(size_t length, size_t cell, size_t cells) {
  std::vector<Between> places(length);
  for (size_t i = 0; i < length; ++i) {
    const float centre = std::max(0.0F, (static_cast<float>(i) + 0.5F) / static_cast<float>(cell) - 0.5F);
    const size_t first = std::min(static_cast<size_t>(centre), cells - 1);
    places[i] = {first, std::min(first + 1, cells - 1), centre - static_cast<float>(first)};
  }
  return places;
}

}  // namespace

void blend_tile(uint16_t* result, const uint16_t* coarse, size_t width, const uint16_t* tile, const TilePlace& place,
                const Agreement& agreement) {
  const Rect& part = place.part;
  const Grid agreed = agreement_of(spread(differences(tile, coarse, width, part, agreement.cell)), agreement);
  const std::vector<float> across = weights_of(part.width, place.left, place.right);
  const std::vector<float> down = weights_of(part.height, place.top, place.bottom);
  const std::vector<Between> columns = between_cells(part.width, agreement.cell, agreed.columns);
  const std::vector<Between> rows = between_cells(part.height, agreement.cell, agreed.rows);
  std::vector<float> line(agreed.columns);
  for (size_t y = 0; y < part.height; ++y) {
    const Between& row = rows[y];
    for (size_t x = 0; x < agreed.columns; ++x) {
      const float upper = agreed.at(x, row.first);
      line[x] = down[y] * (upper + row.share * (agreed.at(x, row.second) - upper));
    }
    const size_t start = (part.top + y) * width + part.left;
    for (size_t x = 0; x < part.width; ++x) {
      const Between& column = columns[x];
      const float agrees = line[column.first] + column.share * (line[column.second] - line[column.first]);
      const float change = across[x] * agrees * (static_cast<float>(tile[y * part.width + x]) - coarse[start + x]);
      const float sum = static_cast<float>(result[start + x]) + change + 0.5F;
      result[start + x] = static_cast<uint16_t>(std::clamp(sum, 0.0F, kLargest));
    }
  }
}

}  // namespace pdfnet
