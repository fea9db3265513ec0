// A picture's part in square cells: one number for each.
#pragma once

#include <cstddef>
#include <vector>

namespace pdfnet {

// The last cells of a row or column may be smaller.
struct Cells {
  size_t columns, rows;
  std::vector<float> values;

  Cells(size_t width, size_t height, size_t cell)
      : columns((width + cell - 1) / cell), rows((height + cell - 1) / cell), values(columns * rows) {}
  float& at(size_t column, size_t row) { return values[row * columns + column]; }
  float at(size_t column, size_t row) const { return values[row * columns + column]; }
};

// The mean, or the largest, of each cell and those around it.
Cells mean_around(const Cells& cells);
Cells largest_around(const Cells& cells);

// The two cells between whose centres a pixel lies, and how near it is to the second.
struct Between {
  size_t first, second;
  float share;

  float of(float one, float other) const { return one + share * (other - one); }
};

// For each pixel along an axis of `cells` cells.
std::vector<Between> between_cells(size_t length, size_t cell, size_t cells);

}  // namespace pdfnet
