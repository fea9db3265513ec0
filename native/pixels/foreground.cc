// Estimates the foreground's own colours, from the coarsest level of a pyramid to the picture itself.
#include "pixels/foreground.h"

#include <algorithm>
#include <limits>
#include <memory>

#include "pixels/foreground_tile.h"
#include "pixels/softness.h"

namespace pdfnet {
namespace {

// A level that is one tile has no halo that would end its relaxations; there colours travel far in few steps.
constexpr int kTimesWhole = 10;

// Both colours of each pixel of a level, a plane for each channel.
struct Colours {
  int width = 0;
  std::vector<std::vector<uint16_t>> foreground;
  std::vector<std::vector<uint16_t>> background;
};

// What a tile is filled from: a level, or the picture itself.
struct LevelSource {
  static constexpr int kMax = 65535;
  const Level& level;
  int width() const { return level.width; }
  int height() const { return level.height; }
  uint16_t alpha(size_t at) const { return level.alpha[at]; }
  uint16_t colour(size_t at, int channel) const { return level.colours[channel][at]; }
};

template <typename Sample>
struct PictureSource {
  static constexpr int kMax = std::numeric_limits<Sample>::max();
  const Samples<Sample>& picture;
  int width() const { return picture.width; }
  int height() const { return picture.height; }
  Sample alpha(size_t at) const { return picture.alpha[at]; }
  Sample colour(size_t at, int channel) const { return picture.colours[at * picture.channels + channel]; }
};

struct Area {
  int left;
  int top;
  int right;
  int bottom;
};

template <typename Source>
bool any_soft(const Source& source, const Area& area) {
  int count = 0;
  for (int y = area.top; y < area.bottom; ++y) {
    const size_t row = static_cast<size_t>(y) * source.width();
    for (int x = area.left; x < area.right; ++x) count += is_soft(source.alpha(row + x));
  }
  return count > 0;
}

// What is known of each pixel, and for the rest what the level above says.
template <typename Source>
void fill(const Source& source, const Colours& above, int channels, const ForegroundTile::Window& window,
          ForegroundTile* tile) {
  constexpr float kShare = 1.0f / Source::kMax;
  constexpr float kShareAbove = 1 / kPlaneMax;
  tile->place(window);
  for (int y = window.top; y < window.bottom; ++y) {
    const size_t row = static_cast<size_t>(y) * source.width();
    const size_t row_above = static_cast<size_t>(y / 2) * above.width;
    const int to = tile->index(window.left, y) - window.left;
    for (int x = window.left; x < window.right; ++x) tile->alpha[to + x] = source.alpha(row + x) * kShare;
    for (int channel = 0; channel < channels; ++channel) {
      const uint16_t* fore = above.foreground[channel].data() + row_above;
      const uint16_t* back = above.background[channel].data() + row_above;
      for (int x = window.left; x < window.right; ++x) {
        const auto alpha = source.alpha(row + x);
        const float colour = source.colour(row + x, channel) * kShare;
        tile->colour[channel][to + x] = colour;
        tile->foreground[channel][to + x] = is_foreground(alpha) ? colour : fore[x / 2] * kShareAbove;
        tile->background[channel][to + x] = is_background(alpha) ? colour : back[x / 2] * kShareAbove;
      }
    }
  }
}

// Fills and relaxes each tile, and hands it over with the part of it that is not halo. Tiles without a soft pixel need
// no relaxing; `store` is asked whether it wants them at all.
template <typename Source, typename Store>
void each_tile(const Source& source, const Colours& above, int channels, Store* store) {
  const int width = source.width();
  const int height = source.height();
  const bool whole = width <= kTileSide && height <= kTileSide;
  const auto tile = std::make_unique<ForegroundTile>(channels);
  for (int top = 0; top < height; top += kTileSide) {
    for (int left = 0; left < width; left += kTileSide) {
      const Area area{left, top, std::min(left + kTileSide, width), std::min(top + kTileSide, height)};
      const bool soft = any_soft(source, area);
      if (!soft && !Store::kWantsAll) continue;
      const int halo = soft ? kTileHalo : 0;
      fill(source, above, channels,
           {width, height, std::max(0, left - halo), std::max(0, top - halo), std::min(width, area.right + halo),
            std::min(height, area.bottom + halo)},
           tile.get());
      if (soft) tile->relax(whole ? kTimesWhole : kTileHalo);
      store->take(*tile, area);
    }
  }
}

uint16_t sample_of(float share) {
  return static_cast<uint16_t>(share * kPlaneMax + 0.5f);
}

struct LevelStore {
  static constexpr bool kWantsAll = true;
  Colours& colours;

  void take(const ForegroundTile& tile, const Area& area) {
    for (size_t channel = 0; channel < colours.foreground.size(); ++channel) {
      for (int y = area.top; y < area.bottom; ++y) {
        const size_t row = static_cast<size_t>(y) * colours.width;
        const int from = tile.index(area.left, y) - area.left;
        for (int x = area.left; x < area.right; ++x) {
          colours.foreground[channel][row + x] = sample_of(tile.foreground[channel][from + x]);
          colours.background[channel][row + x] = sample_of(tile.background[channel][from + x]);
        }
      }
    }
  }
};

template <typename Sample>
struct PictureStore {
  static constexpr bool kWantsAll = false;
  const Samples<Sample>& picture;
  Sample* target;

  void take(const ForegroundTile& tile, const Area& area) {
    constexpr float kMax = PictureSource<Sample>::kMax;
    for (int y = area.top; y < area.bottom; ++y) {
      for (int x = area.left; x < area.right; ++x) {
        const size_t pixel = static_cast<size_t>(y) * picture.width + x;
        if (!is_soft(picture.alpha[pixel])) continue;
        const int from = tile.index(x, y);
        Sample* to = target + pixel * picture.channels;
        for (int channel = 0; channel < picture.channels; ++channel) {
          to[channel] = static_cast<Sample>(tile.foreground[channel][from] * kMax + 0.5f);
        }
      }
    }
  }
};

Colours colours_of(const Level& level, const Colours& above) {
  Colours colours{level.width, level.colours, level.colours};
  LevelStore store{colours};
  each_tile(LevelSource{level}, above, static_cast<int>(level.colours.size()), &store);
  return colours;
}

template <typename Sample>
void estimate(const Samples<Sample>& picture, Sample* target) {
  const size_t pixels = static_cast<size_t>(picture.width) * picture.height;
  std::copy_n(picture.colours, pixels * picture.channels, target);
  if (!any_soft(PictureSource<Sample>{picture}, {0, 0, picture.width, picture.height})) return;

  std::vector<Level> levels;
  levels.push_back(halve(picture));
  while (levels.back().width > 1 || levels.back().height > 1) levels.push_back(halve(levels.back()));
  // The coarsest level is one pixel, and both of its colours are its own.
  Colours colours{1, levels.back().colours, levels.back().colours};
  for (levels.pop_back(); !levels.empty(); levels.pop_back()) colours = colours_of(levels.back(), colours);
  PictureStore<Sample> store{picture, target};
  each_tile(PictureSource<Sample>{picture}, colours, picture.channels, &store);
}

}  // namespace

void estimate_foreground(const Samples<uint8_t>& picture, uint8_t* target) {
  estimate(picture, target);
}

void estimate_foreground(const Samples<uint16_t>& picture, uint16_t* target) {
  estimate(picture, target);
}

}  // namespace pdfnet
