// How uncertain a matte is of each pixel.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pdfnet {

// The entropy of `count` samples in bits, 0 where alpha is 0 or 1 and 1 where it is a half; 255 stands for 1. Gives
// their mean, 0 to 1.
double entropy(uint8_t* target, const uint16_t* alpha, size_t count);

}  // namespace pdfnet
