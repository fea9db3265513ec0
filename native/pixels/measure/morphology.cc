// Bitmaps grown and shrunk, row by row so that compilers make vector code of it.
#include "pixels/measure/morphology.h"

namespace pdfnet::measure {
namespace {

void erode_row(const Bitmap& from, int y, uint8_t* to) {
  const uint8_t* above = from.row(y - 1);
  const uint8_t* here = from.row(y);
  const uint8_t* below = from.row(y + 1);
  for (int x = 0; x < from.width(); ++x) to[x] = above[x] & here[x - 1] & here[x] & here[x + 1] & below[x];
}

void dilate_row(const Bitmap& from, int y, uint8_t* to) {
  const uint8_t* above = from.row(y - 1);
  const uint8_t* here = from.row(y);
  const uint8_t* below = from.row(y + 1);
  for (int x = 0; x < from.width(); ++x) to[x] = above[x] | here[x - 1] | here[x] | here[x + 1] | below[x];
}

}  // namespace

Bitmap eroded_by_cross(const Bitmap& bitmap, int times) {
  Bitmap from = bitmap;
  Bitmap to(bitmap.width(), bitmap.height());
  for (int time = 0; time < times; ++time) {
    from.set_frame(1);
    for (int y = 0; y < from.height(); ++y) erode_row(from, y, to.row(y));
    std::swap(from, to);
  }
  from.set_frame(0);
  return from;
}

Bitmap dilated_by_cross(const Bitmap& bitmap) {
  Bitmap to(bitmap.width(), bitmap.height());
  for (int y = 0; y < bitmap.height(); ++y) dilate_row(bitmap, y, to.row(y));
  return to;
}

Bitmap grown_within(const Bitmap& seed, const Bitmap& barrier, int times) {
  Bitmap from = seed;
  Bitmap to(seed.width(), seed.height());
  for (int time = 0; time < times; ++time) {
    for (int y = 0; y < from.height(); ++y) {
      uint8_t* row = to.row(y);
      const uint8_t* walls = barrier.row(y);
      dilate_row(from, y, row);
      for (int x = 0; x < from.width(); ++x) row[x] &= static_cast<uint8_t>(walls[x] ^ 1);
    }
    std::swap(from, to);
  }
  return from;
}

// A pixel stays where the last 0, the frame's too, is further away than the radius: before it, then after it.
Bitmap eroded_by_square(const Bitmap& bitmap, int radius) {
  const int width = bitmap.width();
  const int height = bitmap.height();
  Bitmap result = bitmap;
  for (int y = 0; y < height; ++y) {
    const uint8_t* from = bitmap.row(y);
    uint8_t* to = result.row(y);
    for (int x = 0, last = -1; x < width; ++x) {
      if (!from[x]) last = x;
      to[x] = x - last > radius;
    }
    for (int x = width - 1, last = width; x >= 0; --x) {
      if (!from[x]) last = x;
      to[x] &= last - x > radius;
    }
  }
  const Bitmap across = result;
  std::vector<int> last(static_cast<size_t>(width), -1);
  for (int y = 0; y < height; ++y) {
    const uint8_t* from = across.row(y);
    uint8_t* to = result.row(y);
    for (int x = 0; x < width; ++x) {
      last[x] = from[x] ? last[x] : y;
      to[x] = y - last[x] > radius;
    }
  }
  std::fill(last.begin(), last.end(), height);
  for (int y = height - 1; y >= 0; --y) {
    const uint8_t* from = across.row(y);
    uint8_t* to = result.row(y);
    for (int x = 0; x < width; ++x) {
      last[x] = from[x] ? last[x] : y;
      to[x] &= last[x] - y > radius;
    }
  }
  return result;
}

}  // namespace pdfnet::measure
