// Alpha that is steady from frame to frame: what flickers where the picture does not is averaged along its motion.
#include "pixels/steady.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>

#include "pixels/follow.h"

namespace pdfnet {
namespace {

constexpr float kWeight = 0.6f;   // how much the frame before counts where the pictures match
constexpr float kSameAlpha = 40;  // of 255: what flickers differs by less, what moves often by more
constexpr float kOtherAlpha = 88;
constexpr uint8_t kTransparent = 5;
constexpr uint8_t kOpaque = 250;

bool settled(uint8_t one, uint8_t other) {
  return (one <= kTransparent && other <= kTransparent) || (one >= kOpaque && other >= kOpaque);
}

bool is_even(const uint8_t* alpha, size_t width, const Rect& block, uint8_t value) {
  for (size_t row = 0; row < block.height; ++row) {
    const uint8_t* const from = alpha + (block.top + row) * width + block.left;
    if (std::any_of(from, from + block.width, [value](uint8_t sample) { return sample != value; })) return false;
  }
  return true;
}

// Whether anything can flicker in the block, or come from somewhere else.
bool is_soft(const std::vector<const uint8_t*>& alphas, size_t width, const Rect& block) {
  const uint8_t first = alphas[0][block.top * width + block.left];
  if (first != 0 && first != 255) return true;
  return !std::all_of(alphas.begin(), alphas.end(),
                      [&](const uint8_t* alpha) { return is_even(alpha, width, block, first); });
}

// Another frame that counts: the one before, which all before it are in, or one that comes next.
struct Companion {
  std::unique_ptr<Follower> follower;
  int steps;  // how far from the frame

  // Of the frame's own share, which is 1.
  float share(float change, float likeness) const {
    const float same = std::clamp((kOtherAlpha - std::abs(change)) / (kOtherAlpha - kSameAlpha), 0.0f, 1.0f);
    const float weight = kWeight * same * likeness;
    return steps < 0 ? weight / (1 - weight) : std::pow(weight, static_cast<float>(steps));
  }
};

void average(const FrameMemories& now, size_t width, const Rect& block, const std::vector<Companion>& companions,
             std::vector<Vector>* likely) {
  float sums[kBlock * kBlock] = {};
  float shares[kBlock * kBlock] = {};
  for (size_t index = 0; index < companions.size(); ++index) {
    Followed followed;
    companions[index].follower->follow(block, &(*likely)[index], &followed);
    for (size_t at = 0; at < block.width * block.height; ++at) {
      const size_t pixel = (block.top + at / block.width) * width + block.left + at % block.width;
      const float change = followed.alpha[at] - static_cast<float>(now.raw[pixel]);
      const float share = companions[index].share(change, followed.likeness[at]);
      sums[at] += share * change;
      shares[at] += share;
    }
  }
  for (size_t at = 0; at < block.width * block.height; ++at) {
    const size_t pixel = (block.top + at / block.width) * width + block.left + at % block.width;
    const float alpha = static_cast<float>(now.raw[pixel]) + sums[at] / (1 + shares[at]);
    now.result[pixel] = static_cast<uint8_t>(std::clamp(alpha, 0.0f, 255.0f) + 0.5f);
  }
}

Flicker flicker_of(const FrameMemories& now, const FrameMemories& before, const FramePair& pair, const Rect& block,
                   float same_up_to) {
  Flicker found;
  for (size_t y = block.top; y < block.top + block.height; ++y) {
    for (size_t x = block.left; x < block.left + block.width; ++x) {
      const size_t at = y * pair.width + x;
      if (settled(now.raw[at], before.raw[at]) || pair.difference_around(x, y) > same_up_to) continue;
      const double raw = (now.raw[at] - before.raw[at]) / 255.0;
      const double result = (now.result[at] - before.result[at]) / 255.0;
      found.pixels += 1;
      found.raw += raw * raw / 2;
      found.result += result * result / 2;
    }
  }
  return found;
}

}  // namespace

void remember(const FrameMemories& now, const uint8_t* rgb, const uint8_t* alpha, size_t count) {
  std::memcpy(now.rgb, rgb, 3 * count);
  std::memcpy(now.raw, alpha, count);
  std::memcpy(now.result, alpha, count);
}

void smoothen(const FrameMemories& now, const FrameMemories* before, const std::vector<LaterFrame>& later, size_t width,
              size_t height, const Strips& strips) {
  const LumaLevels levels(now.rgb, width, height);
  std::vector<const uint8_t*> alphas{now.raw};
  std::vector<Companion> companions;
  companions.reserve(1 + later.size());
  const auto add = [&](const uint8_t* rgb, const uint8_t* alpha, int steps) {
    alphas.push_back(alpha);
    const FramePair pair{now.rgb, rgb, width, height};
    companions.push_back({std::make_unique<Follower>(pair, now.raw, alpha, levels), steps});
  };
  if (before) add(before->rgb, before->result, -1);
  int steps = 0;
  for (const LaterFrame& frame : later) add(frame.rgb, frame.alpha, ++steps);
  if (companions.empty()) return;
  const FramePair pair{now.rgb, now.rgb, width, height};
  std::vector<std::vector<Vector>> likely(pair.rows(), std::vector<Vector>(companions.size(), Vector{0, 0}));
  strips(pair.rows(), [&](size_t row) {
    for (size_t left = 0; left < width; left += kBlock) {
      const Rect block = pair.block(left, row * kBlock);
      if (is_soft(alphas, width, block)) average(now, width, block, companions, &likely[row]);
    }
  });
}

Flicker find_flicker(const FrameMemories& now, const FrameMemories& before, size_t width, size_t height,
                     const Strips& strips) {
  const FramePair pair{now.rgb, before.rgb, width, height};
  const float same_up_to = Noise(pair).same_up_to();
  // One by one, so that the sums do not depend on which thread was faster.
  std::vector<Flicker> rows(pair.rows());
  strips(pair.rows(), [&](size_t row) {
    for (size_t left = 0; left < width; left += kBlock) {
      const Rect block = pair.block(left, row * kBlock);
      if (!is_soft({now.raw, before.raw, before.result}, width, block)) continue;
      const Flicker found = flicker_of(now, before, pair, block, same_up_to);
      rows[row].pixels += found.pixels;
      rows[row].raw += found.raw;
      rows[row].result += found.result;
    }
  });
  Flicker all;
  for (const Flicker& row : rows) {
    all.pixels += row.pixels;
    all.raw += row.raw;
    all.result += row.result;
  }
  return all;
}

}  // namespace pdfnet
