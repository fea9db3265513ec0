// What each value of a prediction stands for once the picture's own range is stretched to 0…1.
#include "pixels/measure/levels.h"

namespace pdfnet::measure {

Levels levels_of(const Plane& prediction) {
  uint8_t least = 255;
  uint8_t most = 0;
  for (size_t index = 0; index < prediction.size(); ++index) {
    least = std::min(least, prediction.data[index]);
    most = std::max(most, prediction.data[index]);
  }
  const double low = least / 255.0;
  const double range = most / 255.0 - low;
  Levels levels;
  for (int sample = 0; sample < 256; ++sample) {
    const double unit = sample / 255.0;
    const double value = least == most ? unit : (unit - low) / range;
    levels.value[sample] = value;
    levels.step[sample] = static_cast<uint8_t>(std::clamp(value, 0.0, 1.0) * 255);
    levels.is_object[sample] = value > 0.5;
  }
  return levels;
}

}  // namespace pdfnet::measure
