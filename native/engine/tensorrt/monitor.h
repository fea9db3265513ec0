// Hands the phases of a build to the observer. A build is cancelled by ending its process, never from here: one single
// step may take most of the time.
#pragma once

#include "engine/tensorrt/abi.h"
#include "engine/tensorrt/build.h"

namespace pdfnet::tensorrt::PDFNET_TENSORRT_ABI {

class Monitor final : public nvinfer1::IProgressMonitor {
 public:
  explicit Monitor(Observer& observer) : observer_(observer) {}

  void phaseStart(const char* name, const char*, int32_t) noexcept override { observer_.phase(name); }
  bool stepComplete(const char*, int32_t) noexcept override { return true; }
  void phaseFinish(const char*) noexcept override {}

 private:
  Observer& observer_;
};

}  // namespace pdfnet::tensorrt::PDFNET_TENSORRT_ABI
