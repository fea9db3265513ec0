// Border following: the picture is scanned row by row, and each border is walked around once when it is met.
#include "pixels/measure/contours.h"

#include <array>

namespace pdfnet::measure {
namespace {

class Tracer {
 public:
  explicit Tracer(const Bitmap& bitmap) : bitmap_(bitmap), marks_(bitmap.size()), steps_(steps_of(bitmap.stride())) {
    for (size_t index = 0; index < marks_.size(); ++index) marks_[index] = bitmap.data()[index];
  }

  std::vector<Contour> run() {
    for (int y = 0; y < bitmap_.height(); ++y) {
      const int first = static_cast<int>(bitmap_.row(y) - bitmap_.data());
      int region = 0;
      for (int at = first; at <= first + bitmap_.width(); ++at) {
        if (marks_[at] != 0 && marks_[at] != kUntouched) region = region_of(marks_[at]);
        if (marks_[at] == kUntouched && marks_[at - 1] == 0) {
          region = regions_++;
          holes_.emplace_back();
          outer_.push_back(walk(at, kLeft, region));
        } else if (marks_[at] == 0 && marks_[at - 1] > 0) {
          holes_[region].push_back(walk(at - 1, kRight, region));
        }
      }
    }
    return in_order();
  }

 private:
  static constexpr int kUntouched = 1;
  static constexpr int kRight = 0;
  static constexpr int kLeft = 4;

  // Counterclockwise from the right.
  static std::array<int, 8> steps_of(int stride) {
    return {1, 1 - stride, -stride, -stride - 1, -1, stride - 1, stride, stride + 1};
  }

  // A border's pixels hold its region's number + 2; the number is negative where the pixel to the right is 0 and was
  // seen.
  static int region_of(int mark) { return (mark < 0 ? -mark : mark) - 2; }

  // @param outside the direction of a 0 beside the first pixel
  Contour walk(int first, int outside, int region) {
    Contour contour{{}, region};
    const int mark = region + 2;
    int towards = outside;
    do {
      towards = (towards - 1) & 7;
    } while (marks_[first + steps_[towards]] == 0 && towards != outside);
    if (towards == outside) {
      marks_[first] = -mark;
      contour.pixels.push_back(first);
      return contour;
    }
    const int last = first + steps_[towards];
    for (int at = first;;) {
      const int from = towards;
      int turn = from;
      do ++turn;
      while (marks_[at + steps_[turn & 7]] == 0);
      towards = turn & 7;
      // Whether the search passed the pixel to the right.
      if (turn > 8) {
        marks_[at] = -mark;
      } else if (marks_[at] == kUntouched) {
        marks_[at] = mark;
      }
      contour.pixels.push_back(at);
      const int next = at + steps_[towards];
      if (next == first && at == last) return contour;
      at = next;
      towards = (towards + 4) & 7;
    }
  }

  std::vector<Contour> in_order() {
    std::vector<Contour> contours;
    for (int region = 0; region < regions_; ++region) {
      contours.push_back(std::move(outer_[region]));
      for (size_t hole = holes_[region].size(); hole-- > 0;) contours.push_back(std::move(holes_[region][hole]));
    }
    return contours;
  }

  const Bitmap& bitmap_;
  std::vector<int> marks_;
  const std::array<int, 8> steps_;
  int regions_ = 0;
  std::vector<Contour> outer_;
  std::vector<std::vector<Contour>> holes_;
};

}  // namespace

std::vector<Contour> contours_of(const Bitmap& bitmap) {
  return Tracer(bitmap).run();
}

}  // namespace pdfnet::measure
