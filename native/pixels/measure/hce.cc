// Human correction effort: the corners along borders that a person would redraw, and the regions that take one click.
#include "pixels/measure/hce.h"

#include <cstdlib>

#include "pixels/measure/contours.h"
#include "pixels/measure/morphology.h"
#include "pixels/measure/polyline.h"
#include "pixels/measure/skeleton.h"

namespace pdfnet::measure {
namespace {

// Errors that lie within so many pixels of an edge cost nothing.
constexpr int kRelaxation = 5;
// A drawn border may be so many pixels off.
constexpr double kTolerance = 2;

template <typename Operation>
Bitmap combined(const Bitmap& a, const Bitmap& b, Operation operation) {
  Bitmap result(a.width(), a.height());
  for (int y = 0; y < a.height(); ++y) {
    const uint8_t* from_a = a.row(y);
    const uint8_t* from_b = b.row(y);
    uint8_t* to = result.row(y);
    for (int x = 0; x < a.width(); ++x) to[x] = static_cast<uint8_t>(operation(from_a[x], from_b[x]));
  }
  return result;
}

Bitmap both(const Bitmap& a, const Bitmap& b) {
  return combined(a, b, [](int x, int y) { return x & y; });
}
Bitmap either(const Bitmap& a, const Bitmap& b) {
  return combined(a, b, [](int x, int y) { return x | y; });
}
Bitmap without(const Bitmap& a, const Bitmap& b) {
  return combined(a, b, [](int x, int y) { return x & (y ^ 1); });
}
Bitmap neither(const Bitmap& a, const Bitmap& b) {
  return combined(a, b, [](int x, int y) { return (x | y) ^ 1; });
}

using Line = std::vector<Point>;

bool touch(const Point& a, const Point& b) {
  const int across = std::abs(a.x - b.x);
  const int along = std::abs(a.y - b.y);
  return across <= 1 && along <= 1 && across + along > 0;
}

// The stretches of a border where `shown` is set; each pixel is taken once, by whichever stretch comes first.
std::vector<Line> stretches_of(const Contour& contour, const Bitmap& shown, Bitmap* taken) {
  std::vector<Line> lines;
  bool open = false;
  for (const int at : contour.pixels) {
    if (!shown.data()[at] || taken->data()[at]) {
      open = false;
      continue;
    }
    taken->data()[at] = 1;
    if (!open) lines.emplace_back();
    open = true;
    lines.back().push_back({at % shown.stride(), at / shown.stride()});
  }
  // A border has no beginning: the last stretch may run into the first, which the reference then appends backwards.
  if (lines.size() > 1 && touch(lines.front().front(), lines.back().back())) {
    lines.back().insert(lines.back().end(), lines.front().rbegin(), lines.front().rend());
    lines.erase(lines.begin());
  }
  return lines;
}

// @param beside what a border must touch to be redrawn; a region with no such border takes one click
size_t clicks_for(const Bitmap& errors, const Bitmap& beside) {
  const Bitmap shown = dilated_by_cross(beside);
  Bitmap taken(errors.width(), errors.height());
  size_t clicks = 0;
  bool redrawn = true;
  int region = -1;
  for (const Contour& contour : contours_of(errors)) {
    if (contour.region != region) {
      clicks += !redrawn;
      redrawn = false;
      region = contour.region;
    }
    for (const Line& line : stretches_of(contour, shown, &taken)) {
      redrawn = true;
      clicks += corner_count(line, kTolerance);
    }
  }
  return clicks + !redrawn;
}

}  // namespace

double human_correction_effort(const Bitmap& prediction, const Bitmap& truth) {
  const Bitmap hits = both(prediction, truth);
  const Bitmap extra = without(prediction, truth);
  const Bitmap missed = without(truth, prediction);
  const Bitmap core = eroded_by_cross(either(prediction, truth), kRelaxation);
  const Bitmap relaxed_extra = both(extra, grown_within(both(extra, core), truth, kRelaxation));
  const Bitmap relaxed_missed = either(both(missed, grown_within(both(missed, core), prediction, kRelaxation)),
                                       without(skeleton_of(truth), prediction));
  const size_t clicks = clicks_for(relaxed_extra, either(hits, relaxed_missed)) +
                        clicks_for(relaxed_missed, neither(either(hits, relaxed_extra), relaxed_missed));
  return static_cast<double>(clicks);
}

}  // namespace pdfnet::measure
