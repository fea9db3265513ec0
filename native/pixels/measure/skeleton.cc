// The skeleton, by thinning in two turns until nothing changes. Only pixels near a change are looked at again: a thick
// object would otherwise cost a pass over the picture for each pixel of its radius.
#include "pixels/measure/skeleton.h"

#include <array>

namespace pdfnet::measure {
namespace {

// Bits of a pixel's eight neighbours, clockwise from the upper left.
constexpr std::array<std::array<int, 2>, 8> kAround = {
    {{-1, -1}, {0, -1}, {1, -1}, {1, 0}, {1, 1}, {0, 1}, {-1, 1}, {-1, 0}}};

struct Exception {
  int around;
  uint8_t turns;
};

// Where scikit-image's skeletonize departs from the paper's conditions: it also thins corners to diagonals. The usual
// figures of human correction effort were taken with it.
constexpr std::array<Exception, 25> kExceptions = {{
    {3, 1},   {6, 1},   {10, 3},  {11, 1},  {12, 1},  {14, 1},  {24, 2},  {26, 2},  {40, 3},
    {48, 0},  {56, 2},  {96, 2},  {104, 2}, {108, 2}, {129, 0}, {130, 3}, {131, 1}, {134, 1},
    {160, 3}, {161, 1}, {176, 2}, {192, 2}, {194, 1}, {198, 1}, {224, 2},
}};

// In which turns a pixel with those neighbours goes: bit 0 the first, bit 1 the second.
std::array<uint8_t, 256> removal_table() {
  std::array<uint8_t, 256> table{};
  for (int around = 0; around < 256; ++around) {
    const auto set = [&](int place) { return (around >> (place & 7)) & 1; };
    int count = 0;
    int rises = 0;
    for (int place = 0; place < 8; ++place) {
      count += set(place);
      rises += !set(place) && set(place + 1);
    }
    if (count < 2 || count > 6 || rises != 1) continue;
    const int up = set(1);
    const int right = set(3);
    const int down = set(5);
    const int left = set(7);
    if (!(up && right && down) && !(right && down && left)) table[around] |= 1;
    if (!(up && right && left) && !(up && down && left)) table[around] |= 2;
  }
  for (const Exception& exception : kExceptions) table[exception.around] = exception.turns;
  return table;
}

// Of a pixel: whether it is set, and for how many more turns it is to be looked at.
constexpr uint8_t kSet = 1;
constexpr uint8_t kOneTurn = 2;
constexpr uint8_t kTwoTurns = 4;

class Thinning {
 public:
  explicit Thinning(const Bitmap& object) : pixels_(object) {
    for (int place = 0; place < 8; ++place) steps_[place] = kAround[place][1] * object.stride() + kAround[place][0];
  }

  Bitmap run() {
    for (int y = 0; y < pixels_.height(); ++y) {
      for (int x = 0; x < pixels_.width(); ++x) {
        uint8_t* pixel = pixels_.row(y) + x;
        if (*pixel && around(pixel) != 255) look_at(pixel);
      }
    }
    for (int turn = 0; !looked_at_.empty(); turn ^= 1) take(turn);
    return std::move(pixels_);
  }

 private:
  int around(const uint8_t* pixel) const {
    int bits = 0;
    for (int place = 0; place < 8; ++place) bits |= (pixel[steps_[place]] & kSet) << place;
    return bits;
  }

  void look_at(uint8_t* pixel) {
    if (!(*pixel & (kOneTurn | kTwoTurns))) looked_at_.push_back(pixel);
    *pixel = kSet | kTwoTurns;
  }

  void take(int turn) {
    removed_.clear();
    for (uint8_t* pixel : looked_at_) {
      if (kRemoval[around(pixel)] >> turn & 1) removed_.push_back(pixel);
    }
    for (uint8_t* pixel : removed_) *pixel = 0;
    size_t kept = 0;
    for (uint8_t* pixel : looked_at_) {
      if (!*pixel) continue;
      const bool again = *pixel & kTwoTurns;
      *pixel = again ? kSet | kOneTurn : kSet;
      if (again) looked_at_[kept++] = pixel;
    }
    looked_at_.resize(kept);
    for (uint8_t* pixel : removed_) {
      for (int step : steps_) {
        if (pixel[step] & kSet) look_at(pixel + step);
      }
    }
  }

  inline static const std::array<uint8_t, 256> kRemoval = removal_table();

  Bitmap pixels_;
  std::array<int, 8> steps_;
  std::vector<uint8_t*> looked_at_;
  std::vector<uint8_t*> removed_;
};

}  // namespace

Bitmap skeleton_of(const Bitmap& object) {
  return Thinning(object).run();
}

}  // namespace pdfnet::measure
