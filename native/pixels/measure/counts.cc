// Counts a prediction's values on the object and beside it.
#include "pixels/measure/counts.h"

#include <cmath>

namespace pdfnet::measure {
namespace {

struct Split {
  int64_t object = 0;
  int x = 0;
  int y = 0;
};

// The quadrants' edges: one past the centroid, rounded half to even.
Split split_at_centroid(const Plane& truth) {
  Split split;
  int64_t sum_x = 0;
  int64_t sum_y = 0;
  for (int y = 0; y < truth.height; ++y) {
    const uint8_t* row = truth.row(y);
    int64_t in_row = 0;
    for (int x = 0; x < truth.width; ++x) {
      const bool on = row[x] > kTruthThreshold;
      in_row += on;
      sum_x += on ? x : 0;
    }
    split.object += in_row;
    sum_y += in_row * y;
  }
  const auto edge = [&](int64_t sum, int side) {
    const double centre = split.object == 0 ? side / 2.0 : static_cast<double>(sum) / static_cast<double>(split.object);
    return std::min(static_cast<int>(std::nearbyint(centre)) + 1, side);
  };
  split.x = edge(sum_x, truth.width);
  split.y = edge(sum_y, truth.height);
  return split;
}

// Two tables in turn: the same value twice in a row would otherwise wait for its own count.
void count_run(const uint8_t* prediction, const uint8_t* truth, int length, std::array<int64_t, 512> (&tables)[2]) {
  for (int x = 0; x < length; ++x) {
    ++tables[x & 1][prediction[x] + (truth[x] > kTruthThreshold ? 256 : 0)];
  }
}

}  // namespace

Histogram& Histogram::operator+=(const Histogram& other) {
  for (int value = 0; value < 256; ++value) {
    on[value] += other.on[value];
    off[value] += other.off[value];
  }
  return *this;
}

Counts count(const Plane& prediction, const Plane& truth) {
  const Split split = split_at_centroid(truth);
  Counts counts{truth.width, truth.height, split.object, {}, {}};
  const int xs[] = {0, split.x, truth.width};
  const int ys[] = {0, split.y, truth.height};
  for (int part = 0; part < 4; ++part) {
    const int column = part % 2;
    const int row = part / 2;
    Quadrant& quadrant = counts.quadrants[part];
    quadrant.width = xs[column + 1] - xs[column];
    quadrant.height = ys[row + 1] - ys[row];
    std::array<int64_t, 512> tables[2] = {};
    for (int y = ys[row]; y < ys[row + 1]; ++y) {
      count_run(prediction.row(y) + xs[column], truth.row(y) + xs[column], quadrant.width, tables);
    }
    for (int value = 0; value < 256; ++value) {
      quadrant.histogram.off[value] = tables[0][value] + tables[1][value];
      quadrant.histogram.on[value] = tables[0][value + 256] + tables[1][value + 256];
    }
    counts.whole += quadrant.histogram;
  }
  return counts;
}

}  // namespace pdfnet::measure
