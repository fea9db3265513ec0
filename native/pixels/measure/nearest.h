// For each pixel of a row, the nearest pixel of the object: exact Euclidean distances (Meijster et al., 2000).
#pragma once

#include "pixels/measure/plane.h"

namespace pdfnet::measure {

// Of equally near ones it is the leftmost, and of those in one column the upper: as scipy has it.
class Nearest {
 public:
  // The object has a pixel at least.
  explicit Nearest(const Bitmap& object);

  struct Pixel {
    int x;
    int y;
    int64_t squared_distance;
  };

  // The nearest pixel of the object for each pixel of row y: width of them, valid until the next call.
  const std::vector<Pixel>& row(int y);

 private:
  const int width_;
  // In each column, the row of its nearest pixel of the object, or −1 where that column has none.
  std::vector<int> in_column_;
  // Columns whose pixel is the nearest somewhere in the row, and from which x on.
  struct Reign {
    int column;
    int from;
  };
  std::vector<Reign> reigns_;
  std::vector<Pixel> pixels_;
};

}  // namespace pdfnet::measure
