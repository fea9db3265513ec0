// Draws a trimap: what of a matte is surely foreground, surely background, or unknown.
#pragma once

#include <cstdint>

namespace pdfnet {

// 255 for foreground, 0 for background, 128 for what is within `reach` pixels, by the larger of both axes, of a soft
// pixel or of a step between the two.
void draw_trimap(const uint8_t* alpha, int width, int height, int reach, uint8_t* target);
void draw_trimap(const uint16_t* alpha, int width, int height, int reach, uint8_t* target);

}  // namespace pdfnet
