// Estimates the foreground's own colours, from the coarsest level of a pyramid to the picture itself.
#include "pixels/foreground.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

#include "pixels/foreground_tile.h"
#include "pixels/softness.h"

namespace pdfnet {
namespace {

constexpr int kTimes = 2;
// Of a level that is one tile: it costs little there, and colours travel far.
constexpr int kTimesWhole = 20;

// Both colours of each soft pixel of a level, a plane for each channel; of the others its own.
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
  int channels() const { return static_cast<int>(level.colours.size()); }
  uint16_t alpha(size_t at) const { return level.alpha[at]; }
  uint16_t colour(size_t at, int channel) const { return level.colours[channel][at]; }
};

template <typename Sample>
struct PictureSource {
  static constexpr int kMax = std::numeric_limits<Sample>::max();
  const Samples<Sample>& picture;
  int width() const { return picture.width; }
  int height() const { return picture.height; }
  int channels() const { return picture.channels; }
  Sample alpha(size_t at) const { return settled(picture.alpha[at]); }
  Sample colour(size_t at, int channel) const { return picture.colours[at * picture.channels + channel]; }
};

using Area = ForegroundTile::Window;

template <typename Source>
bool any_soft(const Source& source, const Area& area) {
  int count = 0;
  for (int y = area.top; y < area.bottom; ++y) {
    const size_t row = static_cast<size_t>(y) * source.width();
    for (int x = area.left; x < area.right; ++x) {
      const int alpha = source.alpha(row + x);
      count += (alpha > 0) & (alpha < Source::kMax);
    }
  }
  return count > 0;
}

// Of three samples, or of one three times: a loop over as many as there are would go by way of memory.
template <typename Read>
Colour colour_of(int channels, int max, const Read& read) {
  const int last = channels - 1;
  const Colour colour{static_cast<float>(read(0)), static_cast<float>(read(last / 2)), static_cast<float>(read(last))};
  return colour * (1.0f / max);
}

template <typename Source>
Colour colour_of(const Source& source, size_t pixel) {
  return colour_of(source.channels(), Source::kMax, [&](int channel) { return source.colour(pixel, channel); });
}

Colour colour_of(const std::vector<std::vector<uint16_t>>& planes, size_t pixel) {
  const int channels = static_cast<int>(planes.size());
  return colour_of(channels, LevelSource::kMax, [&](int channel) { return planes[channel][pixel]; });
}

template <typename Source>
void fill_alpha(const Source& source, const Area& window, ForegroundTile* tile) {
  for (int y = window.top; y < window.bottom; ++y) {
    const size_t row = static_cast<size_t>(y) * source.width();
    const int to = tile->index(window.left, y) - window.left;
    for (int x = window.left; x < window.right; ++x)
      tile->alpha[to + x] = source.alpha(row + x) * (1.0f / Source::kMax);
  }
}

// The colours of soft pixels begin as those of the level above; the others' are the picture's.
template <typename Source>
void fill_colours(const Source& source, const Colours& above, ForegroundTile* tile) {
  const int64_t width = source.width();
  const std::pair<int64_t, int> neighbours[] = {
      {-1, -1}, {1, 1}, {-width, -ForegroundTile::kStride}, {width, ForegroundTile::kStride}};
  tile->each_soft([&](int at, int x, int y) {
    const int64_t pixel = y * width + x;
    const size_t pixel_above = static_cast<size_t>(y / 2) * above.width + x / 2;
    tile->colour[at] = colour_of(source, pixel);
    tile->foreground[at] = colour_of(above.foreground, pixel_above);
    tile->background[at] = colour_of(above.background, pixel_above);
    for (const auto& [pixels, cells] : neighbours) {
      const float alpha = tile->alpha[at + cells];
      if (alpha == 1) tile->foreground[at + cells] = colour_of(source, pixel + pixels);
      if (alpha == 0) tile->background[at + cells] = colour_of(source, pixel + pixels);
    }
  });
}

template <typename Source, typename Visit>
void each_soft(const Source& source, const Area& area, const Visit& visit) {
  for (int y = area.top; y < area.bottom; ++y) {
    const size_t row = static_cast<size_t>(y) * source.width();
    for (int x = area.left; x < area.right; ++x) {
      const int alpha = source.alpha(row + x);
      if (alpha > 0 && alpha < Source::kMax) visit(row + x, x, y);
    }
  }
}

// Fills and relaxes each tile that has a soft pixel, and hands over each that is not in its halo.
template <typename Source, typename Store>
void each_tile(const Source& source, const Colours& above, int times, const Store& store) {
  const int width = source.width();
  const int height = source.height();
  const auto tile = std::make_unique<ForegroundTile>();
  for (int top = 0; top < height; top += kTileSide) {
    for (int left = 0; left < width; left += kTileSide) {
      const Area area{left, top, std::min(left + kTileSide, width), std::min(top + kTileSide, height)};
      if (!any_soft(source, area)) continue;
      const Area window{std::max(0, left - kTileHalo), std::max(0, top - kTileHalo),
                        std::min(width, area.right + kTileHalo), std::min(height, area.bottom + kTileHalo)};
      tile->place(window);
      fill_alpha(source, window, tile.get());
      tile->weigh();
      fill_colours(source, above, tile.get());
      tile->relax(times);
      each_soft(source, area, [&](size_t pixel, int x, int y) { store(pixel, *tile, tile->index(x, y)); });
    }
  }
}

template <typename Sample>
Sample sample_of(float share) {
  return static_cast<Sample>(share * std::numeric_limits<Sample>::max() + 0.5f);
}

Colours colours_of(const Level& level, const Colours& above) {
  Colours colours{level.width, level.colours, level.colours};
  const bool is_tile = level.width <= kTileSide && level.height <= kTileSide;
  each_tile(LevelSource{level}, above, is_tile ? kTimesWhole : kTimes,
            [&](size_t pixel, const ForegroundTile& tile, int from) {
              for (size_t channel = 0; channel < level.colours.size(); ++channel) {
                colours.foreground[channel][pixel] = sample_of<uint16_t>(tile.foreground[from][channel]);
                colours.background[channel][pixel] = sample_of<uint16_t>(tile.background[from][channel]);
              }
            });
  return colours;
}

template <typename Sample>
void estimate(const Samples<Sample>& picture, Sample* target) {
  const PictureSource<Sample> source{picture};
  std::copy_n(picture.colours, static_cast<size_t>(picture.width) * picture.height * picture.channels, target);
  if (!any_soft(source, {0, 0, picture.width, picture.height})) return;

  std::vector<Level> levels;
  levels.push_back(halve(picture));
  while (levels.back().width > 1 || levels.back().height > 1) levels.push_back(halve(levels.back()));
  // The coarsest level is one pixel, and both of its colours are its own.
  Colours colours{1, levels.back().colours, levels.back().colours};
  for (levels.pop_back(); !levels.empty(); levels.pop_back()) colours = colours_of(levels.back(), colours);
  each_tile(source, colours, kTimes, [&](size_t pixel, const ForegroundTile& tile, int from) {
    for (int channel = 0; channel < picture.channels; ++channel) {
      target[pixel * picture.channels + channel] = sample_of<Sample>(tile.foreground[from][channel]);
    }
  });
}

}  // namespace

void estimate_foreground(const Samples<uint8_t>& picture, uint8_t* target) {
  estimate(picture, target);
}

void estimate_foreground(const Samples<uint16_t>& picture, uint16_t* target) {
  estimate(picture, target);
}

}  // namespace pdfnet
