// What of an alpha is foreground alone, background alone, or soft.
#pragma once

#include <limits>

namespace pdfnet {

// Of 255: at and above the one a pixel is foreground alone, at and below the other background alone. What the other
// colour adds there cannot be seen, and networks rarely say quite 0 or quite 255.
constexpr int kForegroundFrom = 251;
constexpr int kBackgroundTo = 4;

template <typename Sample>
constexpr bool is_foreground(Sample alpha) {
  return alpha >= kForegroundFrom * (std::numeric_limits<Sample>::max() / 255);
}

template <typename Sample>
constexpr bool is_background(Sample alpha) {
  return alpha <= kBackgroundTo * (std::numeric_limits<Sample>::max() / 255);
}

template <typename Sample>
constexpr bool is_soft(Sample alpha) {
  return !is_foreground(alpha) & !is_background(alpha);
}

// Quite 0 and quite 1 where alpha is background alone or foreground alone.
template <typename Sample>
constexpr Sample settled(Sample alpha) {
  return is_background(alpha) ? 0 : is_foreground(alpha) ? std::numeric_limits<Sample>::max() : alpha;
}

}  // namespace pdfnet
