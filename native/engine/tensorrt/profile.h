// Adds up what each layer of a plan takes, and writes it down at the end: slower, since layers are waited for.
#pragma once

#include <algorithm>
#include <cstdio>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "engine/tensorrt/abi.h"

namespace pdfnet::tensorrt::PDFNET_TENSORRT_ABI {

class Profile final : public nvinfer1::IProfiler {
 public:
  // `path`: of the text file that the layers of the plan are appended to.
  Profile(std::string path, std::string plan) : path_(std::move(path)), plan_(std::move(plan)) {}
  Profile(const Profile&) = delete;
  Profile& operator=(const Profile&) = delete;
  ~Profile() { write(); }

  void reportLayerTime(const char* layer, float milliseconds) noexcept override {
    try {
      const std::lock_guard<std::mutex> lock(mutex_);
      Sum& sum = layers_[layer];
      sum.milliseconds += static_cast<double>(milliseconds);
      ++sum.runs;
    } catch (...) {
      // Without memory for it the layer is missing.
    }
  }

 private:
  struct Sum {
    double milliseconds = 0;
    int runs = 0;
  };

  // The slowest first: milliseconds a run, runs, name.
  void write() noexcept {
    if (layers_.empty()) return;
    FILE* const file = std::fopen(path_.c_str(), "a");
    if (file == nullptr) return;
    try {
      std::vector<std::pair<std::string, Sum>> layers(layers_.begin(), layers_.end());
      std::sort(layers.begin(), layers.end(),
                [](const auto& a, const auto& b) { return a.second.milliseconds > b.second.milliseconds; });
      std::fprintf(file, "# %s\n", plan_.c_str());
      for (const auto& [layer, sum] : layers) {
        std::fprintf(file, "%.4f\t%d\t%s\n", sum.milliseconds / sum.runs, sum.runs, layer.c_str());
      }
    } catch (...) {
      std::fprintf(file, "# out of memory\n");
    }
    std::fclose(file);
  }

  const std::string path_;
  const std::string plan_;
  std::mutex mutex_;
  std::map<std::string, Sum> layers_;
};

}  // namespace pdfnet::tensorrt::PDFNET_TENSORRT_ABI
