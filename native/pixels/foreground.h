// Estimates the foreground's own colours where a matte is soft, so that a cut-out carries nothing of the old
// background.
#pragma once

#include "pixels/planes.h"

namespace pdfnet {

// Multi-level relaxation, after Germer, Uelwer, Conrad and Harmeling, "Fast Multi-Level Foreground Estimation" (2020),
// of soft pixels alone. `target` gets the picture's samples, and at soft pixels the estimate. One or three channels.
void estimate_foreground(const Samples<uint8_t>& picture, uint8_t* target);
void estimate_foreground(const Samples<uint16_t>& picture, uint16_t* target);

}  // namespace pdfnet
