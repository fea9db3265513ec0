// The mean of several mattes of one picture, as test-time augmentation takes it: of their logits.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pdfnet {

// Sums of what several mattes say of each pixel.
struct MatteSums {
  float* logits;
  float* alphas;  // 0 to 1 each; nullptr where their mean is not wanted
};

// Adds a matte of `width` × `height` samples, left and right swapped where `mirrored` says so. The logits of samples at
// the ends of the range, which would be infinite, are those of half a step inside it.
void add_matte(const MatteSums& sums, const uint16_t* matte, size_t width, size_t height, bool mirrored);

// `alpha` gets the alpha of the mean logit, and `mean` the mean alpha, where it is wanted, of `passes` mattes.
void mean_mattes(uint16_t* alpha, uint16_t* mean, const MatteSums& sums, size_t count, int passes);

}  // namespace pdfnet
