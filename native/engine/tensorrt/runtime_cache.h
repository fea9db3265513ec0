// RTX's runtime cache in a file: the kernels that it compiled for this GPU, so that the next process need not.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "engine/tensorrt/abi.h"
#include "engine/tensorrt/file.h"

namespace pdfnet::tensorrt::PDFNET_TENSORRT_ABI {

class RuntimeCache {
 public:
  // With what the file holds, where it is there and the library takes it; nullptr where the library makes no cache.
  static std::unique_ptr<RuntimeCache> attach(nvinfer1::IRuntimeConfig* config, const std::string& path) {
    std::unique_ptr<RuntimeCache> cache(new RuntimeCache(config->createRuntimeCache(), path));
    if (!cache->cache_) return nullptr;
    Status absent;
    const MappedFile file(path, &absent);
    // The library checks that it fits this GPU and driver; an outdated one is replaced when it is saved.
    if (absent.ok() && cache->cache_->deserialize(file.data(), file.size())) cache->saved_bytes_ = file.size();
    return config->setRuntimeCache(*cache->cache_) ? std::move(cache) : nullptr;
  }

  // Where it has grown since.
  void save() noexcept {
    try {
      const std::lock_guard<std::mutex> lock(mutex_);
      const std::unique_ptr<nvinfer1::IHostMemory> memory(cache_->serialize());
      if (!memory || memory->size() <= saved_bytes_) return;
      Status status;
      replace_file(path_, memory->data(), memory->size(), &status);
      if (status.ok()) saved_bytes_ = memory->size();
    } catch (...) {
      // The next process compiles again.
    }
  }

 private:
  RuntimeCache(nvinfer1::IRuntimeCache* cache, std::string path) : cache_(cache), path_(std::move(path)) {}

  std::mutex mutex_;
  const std::unique_ptr<nvinfer1::IRuntimeCache> cache_;
  const std::string path_;
  size_t saved_bytes_ = 0;
};

}  // namespace pdfnet::tensorrt::PDFNET_TENSORRT_ABI
