// Lines made simpler.
#include "pixels/measure/polyline.h"

#include <utility>

namespace pdfnet::measure {
namespace {

struct Vector {
  double x;
  double y;
};

Vector operator-(const Point& a, const Point& b) {
  return {static_cast<double>(a.x - b.x), static_cast<double>(a.y - b.y)};
}
double dot(const Vector& a, const Vector& b) {
  return a.x * b.x + a.y * b.y;
}
double cross(const Vector& a, const Vector& b) {
  return a.x * b.y - a.y * b.x;
}

// The squared distance of a point from a piece of line, times the piece's squared length.
double scaled_distance(const Point& point, const Point& from, const Point& to) {
  const Vector piece = to - from;
  const Vector offset = point - from;
  const double length = dot(piece, piece);
  const double along = dot(offset, piece);
  if (along < 0) return dot(offset, offset) * length;
  if (along > length) return dot(point - to, point - to) * length;
  const double area = cross(piece, offset);
  return area * area;
}

std::vector<Point> simplified(const std::vector<Point>& points, double squared_tolerance) {
  std::vector<Point> corners;
  std::vector<std::pair<size_t, size_t>> pieces{{0, points.size() - 1}};
  while (!pieces.empty()) {
    const auto [from, to] = pieces.back();
    pieces.pop_back();
    double furthest = 0;
    size_t split = from;
    for (size_t index = from + 1; index < to; ++index) {
      const double distance = scaled_distance(points[index], points[from], points[to]);
      if (distance > furthest) {
        furthest = distance;
        split = index;
      }
    }
    const Vector piece = points[to] - points[from];
    if (furthest <= squared_tolerance * dot(piece, piece)) {
      corners.push_back(points[from]);
    } else {
      pieces.emplace_back(split, to);
      pieces.emplace_back(from, split);
    }
  }
  corners.push_back(points.back());
  return corners;
}

// Whether the line from `before` to `after` may pass `corner` by: never where it is level or upright.
bool is_straight(const Point& before, const Point& corner, const Point& after, double squared_tolerance) {
  const Vector whole = after - before;
  const Vector first = corner - before;
  const double area = cross(first, whole);
  return whole.x != 0 && whole.y != 0 && area * area <= 0.5 * squared_tolerance * dot(whole, whole) &&
         dot(first, after - corner) >= 0;
}

}  // namespace

size_t corner_count(const std::vector<Point>& points, double tolerance) {
  if (points.size() == 1) return 1;
  const double squared = tolerance * tolerance;
  const std::vector<Point> corners = simplified(points, squared);
  size_t count = corners.size();
  Point before = corners[0];
  for (size_t index = 1; index + 1 < corners.size() && count > 2; ++index) {
    const bool dropped = is_straight(before, corners[index], corners[index + 1], squared);
    // What follows a corner that was dropped stays.
    if (dropped) {
      --count;
      ++index;
    }
    before = corners[index];
  }
  return count;
}

}  // namespace pdfnet::measure
