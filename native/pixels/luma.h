// Brightness of a pixel, for comparing frames.
#pragma once

#include <cstdint>

namespace pdfnet {

// BT.601's shares in 256ths, which suffice to tell pixels apart.
inline uint8_t luma(const uint8_t* rgb) {
  return static_cast<uint8_t>((77u * rgb[0] + 150u * rgb[1] + 29u * rgb[2]) >> 8);
}

}  // namespace pdfnet
