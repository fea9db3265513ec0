// The marks of a stream whose work the host itself does: times of its clock.
#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

namespace pdfnet {

class HostMarks {
 public:
  void clear() { marks_.clear(); }
  void add() { marks_.push_back(Clock::now()); }

  // As the engine table's `laps`.
  size_t laps(double* milliseconds, size_t capacity) const {
    size_t lap = 0;
    for (; lap < capacity && lap + 1 < marks_.size(); ++lap) {
      milliseconds[lap] = std::chrono::duration<double, std::milli>(marks_[lap + 1] - marks_[lap]).count();
    }
    return lap;
  }

 private:
  using Clock = std::chrono::steady_clock;
  std::vector<Clock::time_point> marks_;
};

}  // namespace pdfnet
