// A frame of video at a glance: its brightness in a coarse grid, by which cuts between scenes are found.
#include "pixels/glance.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "pixels/luma.h"

namespace pdfnet {
namespace {

constexpr size_t kSamples = 8;  // of a cell's side, at most
constexpr size_t kBins = 16;

struct Range {
  size_t begin, end, stride;
};

// The pixels of one cell along one axis: at least one.
Range cell_range(size_t cell, size_t side) {
  const size_t begin = cell * side / kGlanceSide;
  const size_t end = std::max(begin + 1, (cell + 1) * side / kGlanceSide);
  return {begin, end, (end - begin + kSamples - 1) / kSamples};
}

}  // namespace

void glance(uint8_t* target, const uint8_t* pixels, size_t width, size_t height, size_t step) {
  for (size_t cell = 0; cell < kGlanceCells; ++cell) {
    const Range rows = cell_range(cell / kGlanceSide, height);
    const Range columns = cell_range(cell % kGlanceSide, width);
    uint32_t sum = 0;
    uint32_t count = 0;
    for (size_t y = rows.begin; y < rows.end; y += rows.stride) {
      for (size_t x = columns.begin; x < columns.end; x += columns.stride, ++count) {
        const uint8_t* const pixel = pixels + (y * width + x) * step;
        sum += step == 1 ? *pixel : luma(pixel);
      }
    }
    target[cell] = static_cast<uint8_t>(sum / count);
  }
}

GlanceDifference compare_glances(const uint8_t* one, const uint8_t* other) {
  std::array<int, kBins> counts{};
  int64_t cells = 0;
  for (size_t cell = 0; cell < kGlanceCells; ++cell) {
    cells += std::abs(one[cell] - other[cell]);
    ++counts[one[cell] * kBins / 256];
    --counts[other[cell] * kBins / 256];
  }
  int64_t moved = 0;
  int64_t surplus = 0;
  for (const int count : counts) {
    surplus += count;
    moved += std::abs(surplus);
  }
  const double most = static_cast<double>(kGlanceCells * (kBins - 1));
  return {static_cast<double>(cells) / (255.0 * kGlanceCells), static_cast<double>(moved) / most};
}

}  // namespace pdfnet
