// Enterprise's timing cache in a file: which kernel was the fastest for each layer that this GPU has tried, so that the
// next build need not try them again. TensorRT-RTX would ask for a GPU because of it.
#pragma once

#include <memory>
#include <string>

#include "engine/tensorrt/abi.h"
#include "engine/tensorrt/file.h"

namespace pdfnet::tensorrt::PDFNET_TENSORRT_ABI {

class TimingCache {
 public:
  // What the file holds, where it is of this GPU and library, else an empty one. No failure is told: all that it costs
  // is time. It outlives the builder.
  TimingCache(nvinfer1::IBuilderConfig* config, const std::string& path) : path_(path) {
    Status absent;
    const MappedFile file(path, &absent);
    if (absent.ok()) cache_.reset(config->createTimingCache(file.data(), file.size()));
    if (cache_ && config->setTimingCache(*cache_, false)) return;
    cache_.reset(config->createTimingCache(nullptr, 0));
    if (cache_ && !config->setTimingCache(*cache_, false)) cache_.reset();
  }
  TimingCache(const TimingCache&) = delete;
  TimingCache& operator=(const TimingCache&) = delete;

  void save() const {
    if (!cache_) return;
    const std::unique_ptr<nvinfer1::IHostMemory> memory(cache_->serialize());
    Status ignored;
    if (memory && memory->size() > 0) replace_file(path_, memory->data(), memory->size(), &ignored);
  }

 private:
  const std::string path_;
  std::unique_ptr<nvinfer1::ITimingCache> cache_;
};

}  // namespace pdfnet::tensorrt::PDFNET_TENSORRT_ABI
