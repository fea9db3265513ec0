// What the pixels of a frame's blocks are in another frame, to which they moved.
#include "pixels/follow.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "pixels/warp.h"

namespace pdfnet {
namespace {

constexpr int kBorder = 1;
constexpr int kAround = static_cast<int>(kBlock) + 2 * kBorder;
static_assert(kAround <= kMostWarped);

}  // namespace

// A block and the pixels around it, in the other frame.
struct Follower::Moved {
  float alpha[kBlock * kBlock];
  float difference[kAround * kAround];  // of the channel that differs most; negative outside of the frame

  float difference_around(int x, int y) const {
    float sum = 0;
    int count = 0;
    for (int row = y; row < y + 3; ++row) {
      for (int at = row * kAround + x; at < row * kAround + x + 3; ++at) {
        if (difference[at] < 0) continue;
        sum += difference[at];
        ++count;
      }
    }
    return sum / static_cast<float>(count);
  }
};

Follower::Follower(const FramePair& pair, const uint8_t* alpha, const uint8_t* other_alpha, const LumaLevels& now)
    : pair_(pair),
      other_alpha_(other_alpha),
      other_(pair.other, pair.width, pair.height),
      matcher_(now, alpha, other_),
      noise_(pair) {}

void Follower::follow(const Rect& block, Vector* likely, Followed* followed) const {
  // What moves in front of what stands still shares its blocks with it: each pixel goes where it is more alike.
  Moved still, moved;
  move(block, {0, 0}, &still);
  const bool moves = 2 * pair_.difference(block) > noise_.same_up_to();
  if (moves)
    *likely = matcher_.find(block, *likely);
  else
    *likely = {0, 0};
  const bool apart = likely->x != 0 || likely->y != 0;
  if (apart) move(block, *likely, &moved);
  for (size_t y = 0; y < block.height; ++y) {
    for (size_t x = 0; x < block.width; ++x) {
      const size_t at = y * block.width + x;
      const Moved* nearer = &still;
      float difference = still.difference_around(static_cast<int>(x), static_cast<int>(y));
      if (apart) {
        const float there = moved.difference_around(static_cast<int>(x), static_cast<int>(y));
        if (there < difference) {
          nearer = &moved;
          difference = there;
        }
      }
      followed->alpha[at] = nearer->alpha[at];
      const float from = noise_.other_from();
      followed->likeness[at] = std::clamp((from - difference) / (from - noise_.same_up_to()), 0.0f, 1.0f);
    }
  }
}

void Follower::move(const Rect& block, Vector vector, Moved* moved) const {
  const auto [left, top, width, height] = block;
  const Plane alphas{other_alpha_, other_.width, other_.height, 1};
  const Plane colours{pair_.other, other_.width, other_.height, 3};
  const Window inner{static_cast<int>(left), static_cast<int>(top), static_cast<int>(width), static_cast<int>(height)};
  const Window outer{inner.left - kBorder, inner.top - kBorder, inner.width + 2 * kBorder, inner.height + 2 * kBorder};
  warp(alphas, inner, vector, moved->alpha);
  float warped[kAround * kAround * 3];
  warp(colours, outer, vector, warped);
  for (int y = 0; y < outer.height; ++y) {
    for (int x = 0; x < outer.width; ++x) {
      const int column = outer.left + x;
      const int row = outer.top + y;
      float& difference = moved->difference[y * kAround + x];
      difference = -1;
      if (column < 0 || row < 0 || column >= other_.width || row >= other_.height) continue;
      const uint8_t* const now = pair_.now + 3 * (static_cast<size_t>(row) * pair_.width + column);
      const float* const there = warped + 3 * (y * outer.width + x);
      difference = std::max({std::abs(now[0] - there[0]), std::abs(now[1] - there[1]), std::abs(now[2] - there[2])});
    }
  }
}

}  // namespace pdfnet
