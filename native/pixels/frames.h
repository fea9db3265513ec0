// Frames of video: their samples brought to RGB for the engines, and joined with an alpha for the encoders.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pdfnet {

// How luma and colour differences became of red, green and blue.
struct YuvColour {
  double red;   // its share of luma
  double blue;  // its share of luma
  bool full;    // samples use 0 to 255; otherwise 16 to 235 and 16 to 240
};

// Where the planes of a frame with one pair of colour differences for each 2×2 pixels lie.
struct YuvPlanes {
  const uint8_t* y;
  const uint8_t* u;
  const uint8_t* v;
  size_t chroma_step;    // bytes from one sample to the next
  size_t chroma_stride;  // bytes from one row to the next
};

// target: width × height × 3. Each pair of colour differences is that of its four pixels.
void rgb_from_yuv(uint8_t* target, const YuvPlanes& planes, size_t width, size_t height, const YuvColour& colour);

// Drops the fourth sample of each of `count` pixels.
void rgb_from_rgba(uint8_t* target, const uint8_t* source, size_t count);

// Gives each of `count` pixels of three samples an alpha as its fourth.
void join_alpha(uint8_t* target, const uint8_t* rgb, const uint8_t* alpha, size_t count);

// target = round(rgb × alpha + background × (1 − alpha)), halves up, of `count` pixels of three samples. The
// background's pixels are `background_step` bytes apart: 3, or 0 for a single colour.
void blend(uint8_t* target, const uint8_t* rgb, const uint8_t* alpha, const uint8_t* background, size_t background_step,
           size_t count);

}  // namespace pdfnet
