// The skeleton of an object, one pixel wide (Zhang and Suen, 1984).
#pragma once

#include "pixels/measure/plane.h"

namespace pdfnet::measure {

Bitmap skeleton_of(const Bitmap& object);

}  // namespace pdfnet::measure
