// A picture's part in square cells: one number for each.
#include "pixels/cells.h"

#include <algorithm>

namespace pdfnet {
namespace {

// `gather` turns the sum, the largest and the count of each neighbourhood into its number.
template <typename Gather>
Cells around(const Cells& cells, Gather gather) {
  Cells result = cells;
  for (size_t row = 0; row < cells.rows; ++row) {
    for (size_t column = 0; column < cells.columns; ++column) {
      float sum = 0;
      float largest = cells.at(column, row);
      int count = 0;
      for (size_t y = row == 0 ? 0 : row - 1; y <= std::min(row + 1, cells.rows - 1); ++y) {
        for (size_t x = column == 0 ? 0 : column - 1; x <= std::min(column + 1, cells.columns - 1); ++x, ++count) {
          sum += cells.at(x, y);
          largest = std::max(largest, cells.at(x, y));
        }
      }
      result.at(column, row) = gather(sum, largest, count);
    }
  }
  return result;
}

}  // namespace

Cells mean_around(const Cells& cells) {
  return around(cells, [](float sum, float, int count) { return sum / static_cast<float>(count); });
}

Cells largest_around(const Cells& cells) {
  return around(cells, [](float, float largest, int) { return largest; });
}

std::vector<Between> between_cells(size_t length, size_t cell, size_t cells) {
  std::vector<Between> places(length);
  for (size_t i = 0; i < length; ++i) {
    const float centre = std::max(0.0F, (static_cast<float>(i) + 0.5F) / static_cast<float>(cell) - 0.5F);
    const size_t first = std::min(static_cast<size_t>(centre), cells - 1);
    places[i] = {first, std::min(first + 1, cells - 1), centre - static_cast<float>(first)};
  }
  return places;
}

}  // namespace pdfnet
