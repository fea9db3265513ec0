// Alpha that is steady from frame to frame: what flickers where the picture does not is averaged along its motion.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pdfnet {

// What is kept of a frame for the next one.
struct FrameMemories {
  uint8_t* rgb;     // three samples a pixel
  uint8_t* raw;     // alpha as the network gave it
  uint8_t* result;  // alpha as it was given on
};

// Of pixels where neither the picture moves nor both alphas are surely background or both surely foreground.
struct Flicker {
  double pixels = 0;
  double raw = 0;     // sum of half the squared differences to the frame before, of alpha as 0 to 1
  double result = 0;  // the same of what was given on
};

// Fills `now` from the frame, its alpha unchanged.
void remember(const FrameMemories& now, const uint8_t* rgb, const uint8_t* alpha, size_t count);

// Measures `now`, which remembers a frame, against the frame before. With `smooth` its result is averaged with the
// frame before, along the motion, in so far as the pictures match there; where they do not, it stays as it is.
Flicker steady(const FrameMemories& now, const FrameMemories& before, size_t width, size_t height, bool smooth);

}  // namespace pdfnet
