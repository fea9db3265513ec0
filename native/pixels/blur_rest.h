// The blurred picture without its subject: a background that keeps the picture's light.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pdfnet {

// target: width × height × 3, the Gaussian mean of `rgb`, in which each pixel counts by what `alpha` leaves of it, so
// that the subject casts no glow. Where nothing but subject is near, which nobody sees, it is black.
// sigma: standard deviation in pixels, at least 1.
void blur_rest(uint8_t* target, const uint8_t* rgb, const uint8_t* alpha, size_t width, size_t height, double sigma);

}  // namespace pdfnet
