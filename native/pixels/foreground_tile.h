// A square of one level of the pyramid, in which the colours of soft pixels are relaxed.
#pragma once

#include <vector>

namespace pdfnet {

constexpr int kTileSide = 64;
// So far into its neighbours a tile is relaxed too, so that its edge does not show.
constexpr int kTileHalo = 4;
constexpr int kMostChannels = 3;

// The channels of a pixel side by side, so that one instruction works on all of them.
typedef float Colour __attribute__((vector_size(16)));
// Something of each neighbour: to the left, to the right, above and below.
typedef float Sides __attribute__((vector_size(16)));

class ForegroundTile {
 public:
  // One more on each side, so that no pixel lacks a neighbour.
  static constexpr int kStride = kTileSide + 2 * kTileHalo + 2;
  static constexpr int kCells = kStride * kStride;

  // Of the level: where the tile with its halo lies in it.
  struct Window {
    int left;
    int top;
    int right;
    int bottom;
  };

  // Where the window's pixel (x, y) of the level lies in the planes.
  int index(int x, int y) const { return (y - window_.top + 1) * kStride + x - window_.left + 1; }

  // First `alpha` is to be filled for each pixel of the window, from 0 to 1, then it is weighed.
  void place(const Window& window);
  void weigh();

  // Then the colours of each soft pixel are to be filled, and of its neighbours `foreground` where their alpha is 1 and
  // `background` where it is 0.
  template <typename Visit>
  void each_soft(const Visit& visit) const {
    for (const Soft& pixel : soft_) {
      visit(pixel.at, pixel.at % kStride - 1 + window_.left, pixel.at / kStride - 1 + window_.top);
    }
  }

  void relax(int times);

  float alpha[kCells] = {};
  Colour colour[kCells] = {};
  Colour foreground[kCells] = {};
  Colour background[kCells] = {};

 private:
  // A pixel with the weights of what its colours are means of, which add up to 1: its own, and its neighbours'.
  struct Soft {
    int at;
    float alpha;
    float fore_self;
    float back_self;
    Sides fore;
    Sides back;
    // What each colour takes of the difference between the means' mixture and the picture.
    float fore_gain;
    float back_gain;
  };

  void weigh(int at);
  template <int Last>
  void relax(const Soft& pixel);

  Window window_{};
  std::vector<Soft> soft_;
};

}  // namespace pdfnet
