// Frames of video: their samples brought to RGB, and joined with an alpha.
#include "pixels/frames.h"

#include <cmath>

namespace pdfnet {
namespace {

constexpr int kBits = 16;  // of the fraction of fixed-point numbers

int32_t fixed(double value) {
  return static_cast<int32_t>(std::lround(value * (1 << kBits)));
}

uint8_t sample(int32_t value) {
  const int32_t rounded = (value + (1 << (kBits - 1))) >> kBits;
  return static_cast<uint8_t>(rounded < 0 ? 0 : rounded > 255 ? 255 : rounded);
}

struct Coefficients {
  int32_t luma, offset, red_v, green_u, green_v, blue_u;

  explicit Coefficients(const YuvColour& colour)
      : luma(fixed(colour.full ? 1 : 255.0 / 219)), offset(colour.full ? 0 : 16) {
    const double chroma = colour.full ? 1 : 255.0 / 224;
    const double green = 1 - colour.red - colour.blue;
    red_v = fixed(2 * (1 - colour.red) * chroma);
    blue_u = fixed(2 * (1 - colour.blue) * chroma);
    green_u = fixed(2 * (1 - colour.blue) * colour.blue / green * chroma);
    green_v = fixed(2 * (1 - colour.red) * colour.red / green * chroma);
  }
};

}  // namespace

void rgb_from_yuv(uint8_t* target, const YuvPlanes& planes, size_t width, size_t height, const YuvColour& colour) {
  const Coefficients c(colour);
  for (size_t row = 0; row < height; ++row) {
    const uint8_t* const y = planes.y + row * width;
    const size_t chroma = row / 2 * planes.chroma_stride;
    for (size_t column = 0; column < width; ++column, target += 3) {
      const size_t at = chroma + column / 2 * planes.chroma_step;
      const int32_t luma = (y[column] - c.offset) * c.luma;
      const int32_t u = planes.u[at] - 128;
      const int32_t v = planes.v[at] - 128;
      target[0] = sample(luma + c.red_v * v);
      target[1] = sample(luma - c.green_u * u - c.green_v * v);
      target[2] = sample(luma + c.blue_u * u);
    }
  }
}

void rgb_from_rgba(uint8_t* target, const uint8_t* source, size_t count) {
  for (size_t index = 0; index < count; ++index, target += 3, source += 4) {
    target[0] = source[0];
    target[1] = source[1];
    target[2] = source[2];
  }
}

void join_alpha(uint8_t* target, const uint8_t* rgb, const uint8_t* alpha, size_t count) {
  for (size_t index = 0; index < count; ++index, target += 4, rgb += 3) {
    target[0] = rgb[0];
    target[1] = rgb[1];
    target[2] = rgb[2];
    target[3] = alpha[index];
  }
}

void blend(uint8_t* target, const uint8_t* rgb, const uint8_t* alpha, const uint8_t* background, size_t background_step,
           size_t count) {
  for (size_t index = 0; index < count; ++index, target += 3, rgb += 3, background += background_step) {
    const uint32_t over = alpha[index];
    for (size_t channel = 0; channel < 3; ++channel) {
      // Exactly rounded, as in multiply.cc.
      const uint32_t sum = rgb[channel] * over + background[channel] * (255 - over) + 128;
      target[channel] = static_cast<uint8_t>((sum + (sum >> 8)) >> 8);
    }
  }
}

}  // namespace pdfnet
