// Memory of the host that the device reaches by itself, lent and taken back.
#include "session/pinned.h"

namespace pdfnet {
namespace {

constexpr size_t kMostFreeBytes = size_t{256} << 20;

}  // namespace

void* PinnedPool::take(Engine* engine, size_t bytes, Status* status) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (const auto found = free_.find(bytes); found != free_.end()) {
      void* memory = found->second;
      free_.erase(found);
      free_bytes_ -= bytes;
      return memory;
    }
  }
  void* memory = nullptr;
  api_.allocate_pinned(engine, bytes, &memory, status);
  return status->ok() ? memory : nullptr;
}

void PinnedPool::give_back(void* memory, size_t bytes) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!closed_ && free_bytes_ + bytes <= kMostFreeBytes) {
      free_.emplace(bytes, memory);
      free_bytes_ += bytes;
      return;
    }
  }
  api_.release_pinned(memory);
}

void PinnedPool::close() {
  std::multimap<size_t, void*> left;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    closed_ = true;
    left.swap(free_);
    free_bytes_ = 0;
  }
  for (const auto& [bytes, memory] : left) api_.release_pinned(memory);
}

}  // namespace pdfnet
