// Connectivity: at ten thresholds, the largest region that is above it in both alphas.
#include "pixels/measure/connectivity.h"

#include <array>
#include <cmath>

namespace pdfnet::measure {
namespace {

constexpr int kLevels = 10;
// Differences below it do not count as apart.
constexpr double kTheta = 0.15;

// Pixels of a row side by side that are above the threshold.
struct Run {
  int y;
  int begin;
  int end;
};

// Regions of runs that touch at their sides.
class Regions {
 public:
  // @param level the threshold, in tenths; `levels` holds how many tenths each pixel reaches in both alphas
  Regions(const std::vector<uint8_t>& levels, int width, int height, int level) {
    size_t above = 0;
    for (int y = 0; y < height; ++y) {
      const size_t first = runs_.size();
      find_runs(levels.data() + static_cast<size_t>(y) * width, width, y, level);
      for (size_t run = first, other = above; run < runs_.size() && other < first;) {
        if (runs_[run].begin < runs_[other].end && runs_[other].begin < runs_[run].end) join(run, other);
        if (runs_[run].end < runs_[other].end)
          ++run;
        else
          ++other;
      }
      above = first;
    }
  }

  // The runs of the region with the most pixels; of several, of the one that is met first.
  std::vector<Run> largest() {
    std::vector<int64_t> pixels(runs_.size(), 0);
    for (size_t run = 0; run < runs_.size(); ++run) pixels[root(run)] += runs_[run].end - runs_[run].begin;
    const size_t most = static_cast<size_t>(std::max_element(pixels.begin(), pixels.end()) - pixels.begin());
    std::vector<Run> result;
    for (size_t run = 0; run < runs_.size(); ++run) {
      if (root(run) == most) result.push_back(runs_[run]);
    }
    return result;
  }

 private:
  void find_runs(const uint8_t* levels, int width, int y, int level) {
    for (int x = 0; x < width;) {
      if (levels[x] < level) {
        ++x;
        continue;
      }
      const int begin = x;
      while (x < width && levels[x] >= level) ++x;
      parents_.push_back(runs_.size());
      runs_.push_back({y, begin, x});
    }
  }

  size_t root(size_t run) {
    while (parents_[run] != run) run = parents_[run] = parents_[parents_[run]];
    return run;
  }

  // The run that was met first stands for the region.
  void join(size_t a, size_t b) {
    const size_t first = root(a);
    const size_t second = root(b);
    parents_[std::max(first, second)] = std::min(first, second);
  }

  std::vector<Run> runs_;
  std::vector<size_t> parents_;
};

// How many tenths each sample reaches.
std::array<uint8_t, 256> tenths() {
  std::array<uint8_t, 256> table{};
  for (int sample = 0; sample < 256; ++sample) {
    while (table[sample] < kLevels && sample / 255.0 >= (table[sample] + 1) / 10.0) ++table[sample];
  }
  return table;
}

double connectedness(uint8_t sample, uint8_t level) {
  const double apart = sample / 255.0 - level / 10.0;
  return 1 - (apart >= kTheta ? apart : 0);
}

}  // namespace

double connectivity_error(const Plane& alpha, const Plane& truth) {
  const std::array<uint8_t, 256> table = tenths();
  std::vector<uint8_t> levels(truth.size());
  for (size_t index = 0; index < truth.size(); ++index) {
    levels[index] = table[std::min(alpha.data[index], truth.data[index])];
  }
  // For each pixel, the last threshold up to which it was in the largest region at every one.
  std::vector<uint8_t> reached(truth.size(), 0);
  for (int level = 1; level <= kLevels; ++level) {
    for (const Run& run : Regions(levels, truth.width, truth.height, level).largest()) {
      uint8_t* row = reached.data() + static_cast<size_t>(run.y) * truth.width;
      for (int x = run.begin; x < run.end; ++x) row[x] = row[x] == level - 1 ? level : row[x];
    }
  }
  double sum = 0;
  for (size_t index = 0; index < truth.size(); ++index) {
    sum +=
        std::abs(connectedness(alpha.data[index], reached[index]) - connectedness(truth.data[index], reached[index]));
  }
  return sum;
}

}  // namespace pdfnet::measure
