// A part of a picture, as it is or mirrored.
#include "pixels/crop.h"

#include <cstring>

namespace pdfnet {
namespace {

void mirror(uint8_t* target, const uint8_t* row, size_t width, size_t bytes) {
  const uint8_t* from = row + bytes * width;
  for (size_t x = 0; x < width; ++x) {
    from -= bytes;
    for (size_t byte = 0; byte < bytes; ++byte) *target++ = from[byte];
  }
}

}  // namespace

void crop(uint8_t* target, const uint8_t* picture, size_t width, size_t bytes, const Rect& part, bool mirrored) {
  for (size_t y = 0; y < part.height; ++y) {
    const uint8_t* const row = picture + bytes * ((part.top + y) * width + part.left);
    uint8_t* const to = target + bytes * y * part.width;
    if (mirrored) {
      mirror(to, row, part.width, bytes);
    } else {
      std::memcpy(to, row, bytes * part.width);
    }
  }
}

}  // namespace pdfnet
