// Memory of the host that the device reaches by itself, lent and taken back.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>

#include "engine/status.h"

namespace pdfnet {

// From any thread. Lives as long as anything that it lent.
class PinnedPool {
 public:
  explicit PinnedPool(const EngineApi& api) : api_(api) {}
  PinnedPool(const PinnedPool&) = delete;
  PinnedPool& operator=(const PinnedPool&) = delete;
  ~PinnedPool() { close(); }

  // nullptr, with the status, where there is none to be had. `engine` is open.
  void* take(Engine* engine, size_t bytes, Status* status);
  void give_back(void* memory, size_t bytes);
  // From now on what is given back is released at once.
  void close();

 private:
  const EngineApi& api_;
  std::mutex mutex_;
  std::multimap<size_t, void*> free_;
  size_t free_bytes_ = 0;
  bool closed_ = false;
};

// A stretch of a pool's memory that goes back once nobody has it any more.
class Slot {
 public:
  Slot(std::shared_ptr<PinnedPool> pool, void* memory, size_t bytes)
      : pool_(std::move(pool)), memory_(memory), bytes_(bytes) {}
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  ~Slot() { pool_->give_back(memory_, bytes_); }

  void* memory() const { return memory_; }
  size_t bytes() const { return bytes_; }

 private:
  const std::shared_ptr<PinnedPool> pool_;
  void* const memory_;
  const size_t bytes_;
};

}  // namespace pdfnet
