// Grey pictures as the measures read them, and bitmaps as they make them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace pdfnet::measure {

// Lent: height × width samples of 8 bits, row after row. Truths are foreground above kTruthThreshold.
struct Plane {
  const uint8_t* data;
  int width;
  int height;

  size_t size() const { return static_cast<size_t>(width) * height; }
  const uint8_t* row(int y) const { return data + static_cast<size_t>(y) * width; }
};

constexpr uint8_t kTruthThreshold = 128;

// A byte for each pixel, 0 or 1, within a frame one pixel wide that is 0 unless something sets it.
class Bitmap {
 public:
  Bitmap(int width, int height)
      : width_(width), height_(height), bytes_(static_cast<size_t>(width + 2) * (height + 2), 0) {}

  int width() const { return width_; }
  int height() const { return height_; }
  // Bytes from a pixel to the one below it.
  int stride() const { return width_ + 2; }
  size_t size() const { return bytes_.size(); }

  // The frame included: x and y are from −1 to width and height.
  uint8_t* row(int y) { return bytes_.data() + static_cast<size_t>(y + 1) * stride() + 1; }
  const uint8_t* row(int y) const { return bytes_.data() + static_cast<size_t>(y + 1) * stride() + 1; }
  uint8_t* data() { return bytes_.data(); }
  const uint8_t* data() const { return bytes_.data(); }

  void set_frame(uint8_t value) {
    std::fill(row(-1) - 1, row(0), value);
    for (int y = 0; y < height_; ++y) row(y)[-1] = row(y)[width_] = value;
    std::fill(row(height_) - 1, row(height_) + width_ + 1, value);
  }

 private:
  int width_;
  int height_;
  std::vector<uint8_t> bytes_;
};

// 1 where the table of a sample's value says so.
template <typename Table>
Bitmap bitmap_of(const Plane& plane, const Table& is_set) {
  Bitmap bitmap(plane.width, plane.height);
  for (int y = 0; y < plane.height; ++y) {
    const uint8_t* from = plane.row(y);
    uint8_t* to = bitmap.row(y);
    for (int x = 0; x < plane.width; ++x) to[x] = is_set[from[x]];
  }
  return bitmap;
}

inline Bitmap truth_of(const Plane& truth) {
  Bitmap bitmap(truth.width, truth.height);
  for (int y = 0; y < truth.height; ++y) {
    const uint8_t* from = truth.row(y);
    uint8_t* to = bitmap.row(y);
    for (int x = 0; x < truth.width; ++x) to[x] = from[x] > kTruthThreshold;
  }
  return bitmap;
}

}  // namespace pdfnet::measure
