// A square of one level of the pyramid, in which foreground and background colours are relaxed.
#pragma once

#include <array>

namespace pdfnet {

constexpr int kTileSide = 32;
// Each relaxation reads one pixel further.
constexpr int kTileHalo = 4;
constexpr int kMostChannels = 3;

class ForegroundTile {
 public:
  // One more on each side, of weight 0, so that no pixel lacks a neighbour.
  static constexpr int kStride = kTileSide + 2 * kTileHalo + 2;
  using Plane = std::array<float, kStride * kStride>;

  // Of the level: its size, and where the tile with its halo lies in it.
  struct Window {
    int width;
    int height;
    int left;
    int top;
    int right;
    int bottom;
  };

  explicit ForegroundTile(int channels) : channels_(channels) {}

  // Where the window's pixel (x, y) of the level lies in the planes.
  int index(int x, int y) const { return (y - window_.top + 1) * kStride + x - window_.left + 1; }

  // Then `alpha`, `colour`, `foreground` and `background` are to be filled for each pixel of the window.
  void place(const Window& window) { window_ = window; }

  // As often as the halo allows, or as wanted where the window is the whole level. All shares are from 0 to 1.
  void relax(int times);

  Plane alpha{};
  std::array<Plane, kMostChannels> colour{};
  std::array<Plane, kMostChannels> foreground{};
  std::array<Plane, kMostChannels> background{};

 private:
  void weigh();
  void relax_channel(int channel, int inset);

  const int channels_;
  Window window_{};
  // Between a pixel and the one to its right, and the one below.
  Plane across_{};
  Plane down_{};
  Plane per_weight_{};
  Plane gain_{};
  Plane next_foreground_{};
  Plane next_background_{};
};

}  // namespace pdfnet
