// Samples of 16 bits in 8.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pdfnet {

// target = round(source ÷ 257), for each of `count` samples.
void narrow(uint8_t* target, const uint16_t* source, size_t count);

}  // namespace pdfnet
