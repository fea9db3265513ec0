// What the pixels of a frame's blocks are in another frame, to which they moved.
#pragma once

#include <cstddef>
#include <cstdint>

#include "pixels/difference.h"
#include "pixels/motion.h"
#include "pixels/rect.h"

namespace pdfnet {

// Of the pixels of a block, row by row.
struct Followed {
  float alpha[kBlock * kBlock];     // in the other frame, 0 to 255
  float likeness[kBlock * kBlock];  // 1 where the pictures match there, 0 where they do not
};

class Follower {
 public:
  // `alpha` is that of the frame itself, `other_alpha` that of the other one.
  Follower(const FramePair& pair, const uint8_t* alpha, const uint8_t* other_alpha, const LumaLevels& now);
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  // `likely` is where the block beside it went, and becomes where this one goes.
  void follow(const Rect& block, Vector* likely, Followed* followed) const;

 private:
  struct Moved;
  void move(const Rect& block, Vector vector, Moved* moved) const;

  const FramePair pair_;
  const uint8_t* const other_alpha_;
  const LumaLevels other_;
  const BlockMatcher matcher_;
  const Noise noise_;
};

}  // namespace pdfnet
