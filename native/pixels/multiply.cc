// Multiplies one picture's samples by another's.
#include "pixels/multiply.h"

#include <limits>

namespace pdfnet {
namespace {

// For n = 2^bits - 1, (x + (x >> bits)) >> bits of x = product + 2^(bits-1) is the exact rounded quotient, without a
// division, so that compilers turn it into vector code.
template <typename Sample>
void multiply_samples(Sample* target, const Sample* other, size_t count) {
  constexpr int kBits = std::numeric_limits<Sample>::digits;
  for (size_t index = 0; index < count; ++index) {
    const uint64_t product = static_cast<uint64_t>(target[index]) * other[index] + (uint64_t{1} << (kBits - 1));
    target[index] = static_cast<Sample>((product + (product >> kBits)) >> kBits);
  }
}

}  // namespace

void multiply(uint8_t* target, const uint8_t* other, size_t count) {
  multiply_samples(target, other, count);
}

void multiply(uint16_t* target, const uint16_t* other, size_t count) {
  multiply_samples(target, other, count);
}

}  // namespace pdfnet
