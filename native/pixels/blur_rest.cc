// Blurs the rest of a picture in cells, which are then enlarged: a blur has no detail that they would lose.
#include "pixels/blur_rest.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace pdfnet {
namespace {

constexpr size_t kSums = 4;  // of a cell: red, green and blue, each times its weight, and the weights

// Cells are at most half a standard deviation wide.
size_t cell_of(double sigma) {
  return std::max<size_t>(1, static_cast<size_t>(sigma / 2));
}

struct Grid {
  size_t columns, rows;
  std::vector<float> sums;
};

Grid shrink(const uint8_t* rgb, const uint8_t* alpha, size_t width, size_t height, size_t cell) {
  Grid grid{(width + cell - 1) / cell, (height + cell - 1) / cell, {}};
  grid.sums.assign(grid.columns * grid.rows * kSums, 0.0F);
  for (size_t y = 0; y < height; ++y) {
    float* sums = grid.sums.data() + y / cell * grid.columns * kSums;
    for (size_t x = 0; x < width; sums += kSums) {
      uint32_t red = 0, green = 0, blue = 0, weights = 0;
      for (const size_t end = std::min(x + cell, width); x < end; ++x, rgb += 3, ++alpha) {
        const uint32_t weight = 255u - *alpha;
        red += weight * rgb[0];
        green += weight * rgb[1];
        blue += weight * rgb[2];
        weights += weight;
      }
      sums[0] += static_cast<float>(red);
      sums[1] += static_cast<float>(green);
      sums[2] += static_cast<float>(blue);
      sums[3] += static_cast<float>(weights);
    }
  }
  return grid;
}

// The half of a Gaussian from its middle on; its scale does not matter, as sums are divided by weights.
std::vector<float> gaussian(double sigma) {
  std::vector<float> taps(static_cast<size_t>(std::ceil(3 * sigma)) + 1);
  for (size_t i = 0; i < taps.size(); ++i) {
    const double distance = static_cast<double>(i) / sigma;
    taps[i] = static_cast<float>(std::exp(-distance * distance / 2));
  }
  return taps;
}

void add_scaled(float* to, const float* from, size_t count, float factor) {
  for (size_t i = 0; i < count; ++i) to[i] += factor * from[i];
}

// Along columns; cells outside count for nothing.
std::vector<float> blur_columns(const Grid& grid, const std::vector<float>& taps) {
  const size_t stride = grid.columns * kSums;
  std::vector<float> result(grid.sums.size(), 0.0F);
  for (size_t y = 0; y < grid.rows; ++y) {
    const size_t first = y < taps.size() ? 0 : y - taps.size() + 1;
    const size_t last = std::min(grid.rows - 1, y + taps.size() - 1);
    for (size_t from = first; from <= last; ++from)
      add_scaled(&result[y * stride], &grid.sums[from * stride], stride, taps[from < y ? y - from : from - y]);
  }
  return result;
}

// Along rows.
std::vector<float> blur_rows(const Grid& grid, const std::vector<float>& taps) {
  std::vector<float> result(grid.sums.size(), 0.0F);
  for (size_t y = 0; y < grid.rows; ++y) {
    const float* const from = &grid.sums[y * grid.columns * kSums];
    float* const to = &result[y * grid.columns * kSums];
    for (size_t i = 0; i < std::min(taps.size(), grid.columns); ++i) {
      const size_t count = (grid.columns - i) * kSums;
      add_scaled(to, from + i * kSums, count, taps[i]);
      if (i > 0) add_scaled(to + i * kSums, from, count, taps[i]);
    }
  }
  return result;
}

// Between the centres of two cells.
struct Between {
  size_t first, second;
  float share;  // of the second
};

Between between(size_t pixel, size_t cell, size_t cells) {
  const double at = (static_cast<double>(pixel) + 0.5) / static_cast<double>(cell) - 0.5;
  const double inside = std::clamp(at, 0.0, static_cast<double>(cells - 1));
  const auto first = static_cast<size_t>(inside);
  return {first, std::min(first + 1, cells - 1), static_cast<float>(inside - static_cast<double>(first))};
}

void enlarge(uint8_t* target, const Grid& grid, size_t width, size_t height, size_t cell) {
  std::vector<Between> places(width);
  for (size_t x = 0; x < width; ++x) places[x] = between(x, cell, grid.columns);
  const size_t stride = grid.columns * kSums;
  std::vector<float> row(stride);
  for (size_t y = 0; y < height; ++y) {
    const Between rows = between(y, cell, grid.rows);
    const float* const above = &grid.sums[rows.first * stride];
    const float* const below = &grid.sums[rows.second * stride];
    for (size_t i = 0; i < stride; ++i) row[i] = above[i] + rows.share * (below[i] - above[i]);
    for (size_t x = 0; x < width; ++x, target += 3) {
      const float* const left = &row[places[x].first * kSums];
      const float* const right = &row[places[x].second * kSums];
      const float share = places[x].share;
      const float weight = left[3] + share * (right[3] - left[3]);
      const float scale = weight > 0 ? 1 / weight : 0;
      for (size_t channel = 0; channel < 3; ++channel) {
        const float mean = (left[channel] + share * (right[channel] - left[channel])) * scale;
        target[channel] = static_cast<uint8_t>(std::min(mean, 255.0F) + 0.5F);
      }
    }
  }
}

}  // namespace

void blur_rest(uint8_t* target, const uint8_t* rgb, const uint8_t* alpha, size_t width, size_t height, double sigma) {
  const size_t cell = cell_of(sigma);
  Grid grid = shrink(rgb, alpha, width, height, cell);
  const std::vector<float> taps = gaussian(sigma / static_cast<double>(cell));
  grid.sums = blur_columns(grid, taps);
  grid.sums = blur_rows(grid, taps);
  enlarge(target, grid, width, height, cell);
}

}  // namespace pdfnet
