// The nearest pixel of the object: first within each column, then along each row over what the columns found.
#include "pixels/measure/nearest.h"

namespace pdfnet::measure {

Nearest::Nearest(const Bitmap& object)
    : width_(object.width()),
      in_column_(static_cast<size_t>(object.width()) * object.height()),
      pixels_(static_cast<size_t>(object.width())) {
  const int height = object.height();
  const auto found = [&](int y) { return in_column_.data() + static_cast<size_t>(y) * width_; };
  std::vector<int> last(static_cast<size_t>(width_), -1);
  for (int y = 0; y < height; ++y) {
    const uint8_t* on = object.row(y);
    for (int x = 0; x < width_; ++x) found(y)[x] = last[x] = on[x] ? y : last[x];
  }
  std::fill(last.begin(), last.end(), -1);
  for (int y = height - 1; y >= 0; --y) {
    const uint8_t* on = object.row(y);
    int* above = found(y);
    for (int x = 0; x < width_; ++x) {
      if (on[x]) last[x] = y;
      if (last[x] >= 0 && (above[x] < 0 || last[x] - y < y - above[x])) above[x] = last[x];
    }
  }
  reigns_.reserve(static_cast<size_t>(width_));
}

const std::vector<Nearest::Pixel>& Nearest::row(int y) {
  const int* rows = in_column_.data() + static_cast<size_t>(y) * width_;
  const auto distance = [&](int x, int column) {
    const int64_t across = x - column;
    const int64_t along = rows[column] - y;
    return across * across + along * along;
  };
  reigns_.clear();
  for (int column = 0; column < width_; ++column) {
    if (rows[column] < 0) continue;
    while (!reigns_.empty() &&
           distance(reigns_.back().from, reigns_.back().column) > distance(reigns_.back().from, column)) {
      reigns_.pop_back();
    }
    if (reigns_.empty()) {
      reigns_.push_back({column, 0});
      continue;
    }
    // The last x that is as near to the one before, and the next.
    const int before = reigns_.back().column;
    const int64_t gap = distance(0, column) - distance(0, before);
    const int64_t twice = 2 * (static_cast<int64_t>(column) - before);
    const int64_t from = (gap >= 0 ? gap / twice : -((-gap + twice - 1) / twice)) + 1;
    if (from < width_) reigns_.push_back({column, static_cast<int>(from)});
  }
  size_t reign = 0;
  for (int x = 0; x < width_; ++x) {
    while (reign + 1 < reigns_.size() && reigns_[reign + 1].from <= x) ++reign;
    const int column = reigns_[reign].column;
    pixels_[x] = {column, rows[column], distance(x, column)};
  }
  return pixels_;
}

}  // namespace pdfnet::measure
