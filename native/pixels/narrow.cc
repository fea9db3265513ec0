// Samples of 16 bits in 8.
#include "pixels/narrow.h"

namespace pdfnet {

void narrow(uint8_t* target, const uint16_t* source, size_t count) {
  constexpr uint32_t kStep = 257;
  for (size_t i = 0; i < count; ++i) target[i] = static_cast<uint8_t>((source[i] + kStep / 2) / kStep);
}

}  // namespace pdfnet
