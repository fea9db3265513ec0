// Finds the subject's rectangle: runs of each row, joined into connected parts, weighed.
#include "pixels/bounds.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace pdfnet {
namespace {

constexpr double kSpeck = 0.001;

// A connected part, or one that was joined to another: `parent` then leads there.
struct Part {
  size_t parent;
  double weight;
  int peak;
  int left;
  int top;
  int right;
  int bottom;
};

struct Run {
  int left;
  int right;
  size_t part;
};

class Parts {
 public:
  size_t add(const Part& part) {
    parts_.push_back(part);
    parts_.back().parent = parts_.size() - 1;
    return parts_.size() - 1;
  }

  size_t root(size_t part) {
    while (parts_[part].parent != part) part = parts_[part].parent = parts_[parts_[part].parent].parent;
    return part;
  }

  size_t extend(size_t part, const Part& by) {
    const size_t to = root(part);
    absorb(&parts_[to], by);
    return to;
  }

  void join(size_t one, size_t other) {
    const size_t to = root(one);
    const size_t from = root(other);
    if (to == from) return;
    absorb(&parts_[to], parts_[from]);
    parts_[from].parent = to;
  }

  Bounds bounds(int least_peak) const {
    double heaviest = 0;
    int peak = 0;
    for (size_t at = 0; at < parts_.size(); ++at) {
      if (parts_[at].parent != at) continue;
      heaviest = std::max(heaviest, parts_[at].weight);
      peak = std::max(peak, parts_[at].peak);
    }
    if (peak < least_peak) return {0, 0, 0, 0};
    constexpr int kFar = std::numeric_limits<int>::max();
    Part whole{0, 0, 0, kFar, kFar, 0, 0};
    for (size_t at = 0; at < parts_.size(); ++at) {
      if (parts_[at].parent == at && parts_[at].weight >= kSpeck * heaviest) absorb(&whole, parts_[at]);
    }
    return {whole.left, whole.top, whole.right - whole.left, whole.bottom - whole.top};
  }

 private:
  static void absorb(Part* to, const Part& from) {
    to->weight += from.weight;
    to->peak = std::max(to->peak, from.peak);
    to->left = std::min(to->left, from.left);
    to->top = std::min(to->top, from.top);
    to->right = std::max(to->right, from.right);
    to->bottom = std::max(to->bottom, from.bottom);
  }

  std::vector<Part> parts_;
};

// Each run becomes part of what it touches in the row above, at corners too, or begins a part.
template <typename Sample>
std::vector<Run> runs_of(const Sample* alpha, int y, int width, const std::vector<Run>& above, Parts* parts) {
  constexpr int kFaint = std::numeric_limits<Sample>::max() / 10;
  std::vector<Run> runs;
  size_t first = 0;
  for (int x = 0; x < width; ++x) {
    if (alpha[x] < kFaint) continue;
    Part run{0, 0, 0, x, y, x, y + 1};
    for (; x < width && alpha[x] >= kFaint; ++x) {
      run.weight += alpha[x];
      run.peak = std::max<int>(run.peak, alpha[x]);
    }
    run.right = x;
    while (first < above.size() && above[first].right < run.left) ++first;
    const bool touches = first < above.size() && above[first].left <= run.right;
    const size_t part = touches ? parts->extend(above[first].part, run) : parts->add(run);
    for (size_t at = first + 1; at < above.size() && above[at].left <= run.right; ++at) {
      parts->join(part, above[at].part);
    }
    runs.push_back({run.left, run.right, part});
  }
  return runs;
}

template <typename Sample>
Bounds find(const Sample* alpha, int width, int height) {
  Parts parts;
  std::vector<Run> runs;
  for (int y = 0; y < height; ++y) {
    runs = runs_of(alpha + static_cast<size_t>(y) * width, y, width, runs, &parts);
  }
  return parts.bounds((std::numeric_limits<Sample>::max() + 1) / 2);
}

}  // namespace

Bounds subject_bounds(const uint8_t* alpha, int width, int height) {
  return find(alpha, width, height);
}

Bounds subject_bounds(const uint16_t* alpha, int width, int height) {
  return find(alpha, width, height);
}

}  // namespace pdfnet
