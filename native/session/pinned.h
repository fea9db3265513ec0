// Memory of the host that the device reaches by itself, lent and taken back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/status.h"

namespace pdfnet {

// From any thread. Lives as long as anything that it lent. To pin memory takes CUDA milliseconds, so sizes are rounded
// up to classes, a quarter of a power of two apart, and each block serves its whole class.
class PinnedPool {
 public:
  explicit PinnedPool(const EngineApi& api) : api_(api) {}
  PinnedPool(const PinnedPool&) = delete;
  PinnedPool& operator=(const PinnedPool&) = delete;
  ~PinnedPool() { close(); }

  // How much is pinned for so many bytes.
  static size_t class_of(size_t bytes);

  // nullptr, with the status, where there is none to be had. `engine` is open.
  void* take(Engine* engine, size_t bytes, Status* status);
  // Where too much lies here already, what has done so for longest is released.
  void give_back(void* memory, size_t bytes);
  // From now on what is given back is released at once.
  void close();

 private:
  struct Block {
    void* memory;
    uint64_t given_back;  // ascending
  };

  void take_oldest(std::vector<void*>* blocks);

  const EngineApi& api_;
  std::mutex mutex_;
  std::map<size_t, std::deque<Block>> free_;  // by class, each in the order in which they were given back; none empty
  size_t free_bytes_ = 0;
  uint64_t gifts_ = 0;
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
