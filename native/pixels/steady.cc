// Alpha that is steady from frame to frame: what flickers where the picture does not is averaged along its motion.
#include "pixels/steady.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <vector>

#include "pixels/luma.h"
#include "pixels/motion.h"

namespace pdfnet {
namespace {

constexpr size_t kBlock = 16;
constexpr size_t kSampled = 4;    // every so many blocks in both directions the noise is measured
constexpr float kMostNoise = 6;   // more is motion
constexpr float kWeight = 0.6f;   // how much the frame before counts where the pictures match
constexpr float kSameAlpha = 40;  // of 255: what flickers differs by less, what moves often by more
constexpr float kOtherAlpha = 88;
constexpr uint8_t kTransparent = 5;
constexpr uint8_t kOpaque = 250;

bool settled(uint8_t one, uint8_t other) {
  return (one <= kTransparent && other <= kTransparent) || (one >= kOpaque && other >= kOpaque);
}

// 1 up to `full`, 0 from `none` on.
float falling(float value, float full, float none) {
  return std::clamp((none - value) / (none - full), 0.0f, 1.0f);
}

std::vector<uint8_t> luma_of(const uint8_t* rgb, size_t count) {
  std::vector<uint8_t> samples(count);
  for (size_t pixel = 0; pixel < count; ++pixel) samples[pixel] = luma(rgb + 3 * pixel);
  return samples;
}

class Steadier {
 public:
  Steadier(const FrameMemories& now, const FrameMemories& before, size_t width, size_t height)
      : now_(now), before_(before), width_(width), height_(height) {}

  Flicker run(bool smooth) {
    noise_ = find_noise();
    std::vector<uint8_t> luma_now, luma_before;
    std::optional<LumaLevels> levels_now, levels_before;
    if (smooth) {
      luma_now = luma_of(now_.rgb, width_ * height_);
      luma_before = luma_of(before_.rgb, width_ * height_);
      levels_now.emplace(luma_now.data(), width_, height_);
      levels_before.emplace(luma_before.data(), width_, height_);
    }
    for (size_t top = 0; top < height_; top += kBlock) {
      Vector likely{0, 0};
      for (size_t left = 0; left < width_; left += kBlock) {
        const Rect block{left, top, std::min(kBlock, width_ - left), std::min(kBlock, height_ - top)};
        if (!is_soft(block)) continue;
        if (smooth) likely = smoothen(block, BlockMatcher(*levels_now, *levels_before), likely);
        measure(block);
      }
    }
    return flicker_;
  }

 private:
  // Whether anything can flicker here, or come from somewhere else.
  bool is_soft(const Rect& block) const {
    const uint8_t first = now_.raw[block.top * width_ + block.left];
    if (first != 0 && first != 255) return true;
    for (size_t row = 0; row < block.height; ++row) {
      const size_t at = (block.top + row) * width_ + block.left;
      for (size_t x = at; x < at + block.width; ++x) {
        if (now_.raw[x] != first || before_.raw[x] != first || before_.result[x] != first) return true;
      }
    }
    return false;
  }

  // What still parts of the picture differ by: a tenth of the blocks do not even that much.
  float find_noise() const {
    std::vector<float> means;
    for (size_t top = 0; top < height_; top += kSampled * kBlock) {
      for (size_t left = 0; left < width_; left += kSampled * kBlock) {
        const Rect block{left, top, std::min(kBlock, width_ - left), std::min(kBlock, height_ - top)};
        means.push_back(block_difference(block));
      }
    }
    const auto tenth = means.begin() + static_cast<std::ptrdiff_t>(means.size() / 10);
    std::nth_element(means.begin(), tenth, means.end());
    return std::min(*tenth, kMostNoise);
  }

  float still_up_to() const { return 1 + 1.5f * noise_; }
  float unlike_from() const { return 4 + 3 * noise_; }

  Vector smoothen(const Rect& block, const BlockMatcher& matcher, Vector likely) {
    const Vector still{0, 0};
    const Vector vector = block_difference(block) <= still_up_to() ? still : matcher.find(block, likely);
    for (size_t y = block.top; y < block.top + block.height; ++y) {
      for (size_t x = block.left; x < block.left + block.width; ++x) average(x, y, vector);
    }
    return vector;
  }

  void average(size_t x, size_t y, Vector vector) {
    const int64_t from_x = static_cast<int64_t>(x) + vector.x;
    const int64_t from_y = static_cast<int64_t>(y) + vector.y;
    if (from_x < 0 || from_y < 0 || from_x >= wide() || from_y >= high()) return;
    uint8_t& alpha = now_.result[y * width_ + x];
    const auto current = static_cast<float>(alpha);
    const float change = static_cast<float>(before_.result[from_y * wide() + from_x]) - current;
    if (change == 0) return;
    const float weight = kWeight * falling(std::abs(change), kSameAlpha, kOtherAlpha) *
                         falling(difference(x, y, vector), still_up_to(), unlike_from());
    alpha = static_cast<uint8_t>(current + weight * change + 0.5f);
  }

  // Of the channel that differs most.
  int pixel_difference(size_t at, size_t from) const {
    const uint8_t* const now = now_.rgb + 3 * at;
    const uint8_t* const before = before_.rgb + 3 * from;
    return std::max({std::abs(now[0] - before[0]), std::abs(now[1] - before[1]), std::abs(now[2] - before[2])});
  }

  // The mean of a block that stays in its place.
  float block_difference(const Rect& block) const {
    int sum = 0;
    for (size_t row = 0; row < block.height; ++row) {
      const size_t at = (block.top + row) * width_ + block.left;
      for (size_t x = at; x < at + block.width; ++x) sum += pixel_difference(x, x);
    }
    return static_cast<float>(sum) / static_cast<float>(block.width * block.height);
  }

  // The mean over 3×3 pixels, those that lie in both frames.
  float difference(size_t x, size_t y, Vector vector) const {
    int sum = 0;
    int count = 0;
    for (int64_t row = static_cast<int64_t>(y) - 1; row <= static_cast<int64_t>(y) + 1; ++row) {
      const int64_t from = row + vector.y;
      if (row < 0 || from < 0 || row >= high() || from >= high()) continue;
      for (int64_t column = static_cast<int64_t>(x) - 1; column <= static_cast<int64_t>(x) + 1; ++column) {
        const int64_t at = column + vector.x;
        if (column < 0 || at < 0 || column >= wide() || at >= wide()) continue;
        sum += pixel_difference(static_cast<size_t>(row * wide() + column), static_cast<size_t>(from * wide() + at));
        ++count;
      }
    }
    return static_cast<float>(sum) / static_cast<float>(count);
  }

  void measure(const Rect& block) {
    for (size_t y = block.top; y < block.top + block.height; ++y) {
      for (size_t x = block.left; x < block.left + block.width; ++x) {
        const size_t at = y * width_ + x;
        if (settled(now_.raw[at], before_.raw[at]) || difference(x, y, {0, 0}) > still_up_to()) continue;
        const double raw = (now_.raw[at] - before_.raw[at]) / 255.0;
        const double result = (now_.result[at] - before_.result[at]) / 255.0;
        flicker_.pixels += 1;
        flicker_.raw += raw * raw / 2;
        flicker_.result += result * result / 2;
      }
    }
  }

  int64_t wide() const { return static_cast<int64_t>(width_); }
  int64_t high() const { return static_cast<int64_t>(height_); }

  const FrameMemories now_, before_;
  const size_t width_, height_;
  Flicker flicker_;
  float noise_ = 0;
};

}  // namespace

void remember(const FrameMemories& now, const uint8_t* rgb, const uint8_t* alpha, size_t count) {
  std::memcpy(now.rgb, rgb, 3 * count);
  std::memcpy(now.raw, alpha, count);
  std::memcpy(now.result, alpha, count);
}

Flicker steady(const FrameMemories& now, const FrameMemories& before, size_t width, size_t height, bool smooth) {
  return Steadier(now, before, width, height).run(smooth);
}

}  // namespace pdfnet
