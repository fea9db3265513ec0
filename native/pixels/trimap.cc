// Draws a trimap, its unknown band widened along rows and then along columns.
#include "pixels/trimap.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "pixels/softness.h"

namespace pdfnet {
namespace {

constexpr uint8_t kUnknown = 128;

template <typename Sample>
uint8_t class_of(Sample alpha) {
  if (is_foreground(alpha)) return 255;
  return is_background(alpha) ? 0 : kUnknown;
}

// A step from foreground to background without a soft pixel between them is unknown on both sides.
bool is_step(uint8_t one, uint8_t other) {
  return one != other && one != kUnknown && other != kUnknown;
}

template <typename Sample>
bool is_seed(const Sample* alpha, int x, int y, int width, int height) {
  const uint8_t own = class_of(*alpha);
  return own == kUnknown || (x > 0 && is_step(own, class_of(alpha[-1]))) ||
         (x + 1 < width && is_step(own, class_of(alpha[1]))) || (y > 0 && is_step(own, class_of(alpha[-width]))) ||
         (y + 1 < height && is_step(own, class_of(alpha[width])));
}

void widen_row(const uint8_t* seeds, int width, int reach, uint8_t* target) {
  for (int x = 0, end = 0; x < width; ++x) {
    if (seeds[x] == 0) continue;
    const int stop = std::min(width, x + reach + 1);
    std::fill(target + std::max(end, x - reach), target + stop, uint8_t{1});
    end = stop;
  }
}

template <typename Sample>
void draw(const Sample* alpha, int width, int height, int reach, uint8_t* target) {
  const size_t row = static_cast<size_t>(width);
  std::vector<uint8_t> seeds(row);
  // Of each column, the last row so far that holds a seed within reach of it along the row.
  std::vector<int> last(row, -1);
  for (int y = 0; y < height; ++y) {
    std::vector<uint8_t> wide(row, 0);
    const Sample* from = alpha + y * row;
    for (int x = 0; x < width; ++x) {
      seeds[x] = is_seed(from + x, x, y, width, height);
      target[y * row + x] = class_of(from[x]);
    }
    widen_row(seeds.data(), width, reach, wide.data());
    for (int x = 0; x < width; ++x) {
      if (wide[x] != 0) {
        // What lies between was drawn already, as far as the last seed reached.
        const int drawn = last[x] < 0 ? 0 : last[x] + reach + 1;
        for (int above = std::max(drawn, y - reach); above < y; ++above) target[above * row + x] = kUnknown;
        last[x] = y;
      }
      if (last[x] >= 0 && y - last[x] <= reach) target[y * row + x] = kUnknown;
    }
  }
}

}  // namespace

void draw_trimap(const uint8_t* alpha, int width, int height, int reach, uint8_t* target) {
  draw(alpha, width, height, reach, target);
}

void draw_trimap(const uint16_t* alpha, int width, int height, int reach, uint8_t* target) {
  draw(alpha, width, height, reach, target);
}

}  // namespace pdfnet
