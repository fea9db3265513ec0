// Which GPUs this process can use no more.
#include "dl/lost.h"

#include <map>
#include <mutex>

namespace pdfnet::cuda {
namespace {

struct Lost {
  std::mutex mutex;
  std::map<int, std::string> reasons;
};

Lost& lost() {
  static Lost* const instance = new Lost;  // outlives the threads that may still note something at the process's end
  return *instance;
}

}  // namespace

void note_lost(int ordinal, const std::string& reason) {
  const std::lock_guard<std::mutex> lock(lost().mutex);
  lost().reasons.emplace(ordinal, reason);
}

bool is_lost(int ordinal) {
  const std::lock_guard<std::mutex> lock(lost().mutex);
  return lost().reasons.count(ordinal) > 0;
}

std::string lost_devices() {
  const std::lock_guard<std::mutex> lock(lost().mutex);
  std::string all;
  for (const auto& [ordinal, reason] : lost().reasons) {
    all += (all.empty() ? "GPU " : "; GPU ") + std::to_string(ordinal) + " was lost: " + reason;
  }
  return all;
}

}  // namespace pdfnet::cuda
