// Alpha that is steady from frame to frame: what flickers where the picture does not is averaged along its motion.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "pixels/strips.h"

namespace pdfnet {

// What is kept of a frame for the next one.
struct FrameMemories {
  uint8_t* rgb;     // three samples a pixel
  uint8_t* raw;     // alpha as the network gave it
  uint8_t* result;  // alpha as it was given on
};

// A frame that comes later.
struct LaterFrame {
  const uint8_t* rgb;
  const uint8_t* alpha;
};

// Of pixels where neither the picture moves nor both alphas are surely background or both surely foreground.
struct Flicker {
  double pixels = 0;
  double raw = 0;     // sum of half the squared differences to the frame before, of alpha as 0 to 1
  double result = 0;  // the same of what was given on
};

// Fills `now` from the frame, its alpha unchanged.
void remember(const FrameMemories& now, const uint8_t* rgb, const uint8_t* alpha, size_t count);

// Averages the result of `now`, which remembers a frame, with that of the frame before, if there is one, and with the
// alphas of those that come next, along the motion, in so far as the pictures match there; where they do not, it stays
// as it is.
void smoothen(const FrameMemories& now, const FrameMemories* before, const std::vector<LaterFrame>& later, size_t width,
              size_t height, const Strips& strips);

// How much `now` differs from the frame before.
Flicker find_flicker(const FrameMemories& now, const FrameMemories& before, size_t width, size_t height,
                     const Strips& strips);

}  // namespace pdfnet
