// A rectangle of pixels in a picture.
#pragma once

#include <cstddef>

namespace pdfnet {

struct Rect {
  size_t left, top, width, height;
};

}  // namespace pdfnet
