// Hands TensorRT's log to the observer, and remembers the first error to explain a failure by.
#pragma once

#include <mutex>
#include <string>

#include "engine/tensorrt/abi.h"
#include "engine/tensorrt/build.h"

namespace pdfnet::tensorrt::PDFNET_TENSORRT_ABI {

class Logger final : public nvinfer1::ILogger {
 public:
  explicit Logger(Observer& observer) : observer_(observer) {}

  void log(Severity severity, const char* text) noexcept override {
    if (severity > Severity::kINFO) return;
    const bool is_error = severity <= Severity::kERROR;
    if (is_error) remember(text);
    observer_.log(is_error                         ? pdfnet::tensorrt::Severity::kError
                  : severity == Severity::kWARNING ? pdfnet::tensorrt::Severity::kWarning
                                                   : pdfnet::tensorrt::Severity::kInfo,
                  text);
  }

  // Before what `explain` is to be asked about.
  void forget() noexcept {
    const std::lock_guard<std::mutex> lock(mutex_);
    error_.clear();
  }

  // The first error of the log, since those after it are most often its consequence; else `otherwise`.
  std::string explain(const char* otherwise) const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return error_.empty() ? otherwise : error_;
  }

 private:
  void remember(const char* text) noexcept {
    try {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (error_.empty()) error_ = text;
    } catch (...) {
      // Without memory for it the failure is explained less well.
    }
  }

  Observer& observer_;
  mutable std::mutex mutex_;
  std::string error_;
};

}  // namespace pdfnet::tensorrt::PDFNET_TENSORRT_ABI
