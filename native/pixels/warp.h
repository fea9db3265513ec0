// Samples of a frame, moved by parts of a pixel.
#pragma once

#include <cstdint>

#include "pixels/motion.h"

namespace pdfnet {

// Width and height of what is moved at once, at most.
constexpr int kMostWarped = 18;

// Height × width × channels samples that are lent.
struct Plane {
  const uint8_t* samples;
  int width, height, channels;
};

// A rectangle, which may reach over the plane's edges.
struct Window {
  int left, top, width, height;
};

// Fills `to`, row by row, with what is at the window moved by the vector, between pixels by the Catmull-Rom spline: by
// straight lines, thin things would fade from frame to frame. At most three channels; the edges' samples go on beyond
// them.
void warp(const Plane& from, const Window& window, Vector vector, float* to);

}  // namespace pdfnet
