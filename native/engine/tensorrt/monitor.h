// Hands the phases of a build to the observer. A build is cancelled by ending its process, never from here: one single
// step may take most of the time.
#pragma once

#include <algorithm>
#include <iterator>
#include <mutex>
#include <string>
#include <vector>

#include "engine/tensorrt/abi.h"
#include "engine/tensorrt/build.h"

namespace pdfnet::tensorrt::PDFNET_TENSORRT_ABI {

class Monitor final : public nvinfer1::IProgressMonitor {
 public:
  explicit Monitor(Observer& observer) : observer_(observer) {}

  void phaseStart(const char* name, const char*, int32_t) noexcept override {
    const std::lock_guard<std::mutex> lock(mutex_);
    phases_.emplace_back(name);
    observer_.phase(name);
  }

  bool stepComplete(const char*, int32_t) noexcept override { return true; }

  // Back to the phase around it.
  void phaseFinish(const char* name) noexcept override {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto last = std::find(phases_.rbegin(), phases_.rend(), name);
    if (last != phases_.rend()) phases_.erase(std::next(last).base());
    if (!phases_.empty()) observer_.phase(phases_.back().c_str());
  }

 private:
  Observer& observer_;
  std::mutex mutex_;
  std::vector<std::string> phases_;  // those begun and not finished
};

}  // namespace pdfnet::tensorrt::PDFNET_TENSORRT_ABI
