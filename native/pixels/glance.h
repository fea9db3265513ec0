// A frame of video at a glance: its brightness in a coarse grid, by which cuts between scenes are found.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pdfnet {

constexpr size_t kGlanceSide = 32;
constexpr size_t kGlanceCells = kGlanceSide * kGlanceSide;

// target: 32 × 32 means of luma. Pixels are `step` bytes apart: luma alone where that is 1, red, green and blue first
// otherwise. Of large pictures every few pixels are looked at.
void glance(uint8_t* target, const uint8_t* pixels, size_t width, size_t height, size_t step);

// How far two glances are apart, 0 to 1: cell by cell, and by how far the cells' brightness would have to be
// shifted to turn one histogram into the other, which motion leaves nearly as it is.
struct GlanceDifference {
  double cells, histogram;
};
GlanceDifference compare_glances(const uint8_t* one, const uint8_t* other);

}  // namespace pdfnet
