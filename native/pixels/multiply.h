// Multiplies one picture's samples by another's: where an alpha meets the alpha that a picture had already.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pdfnet {

// target = round(target × other ÷ max), halves up, for each of `count` samples; max is 255 or 65535.
void multiply(uint8_t* target, const uint8_t* other, size_t count);
void multiply(uint16_t* target, const uint16_t* other, size_t count);

}  // namespace pdfnet
