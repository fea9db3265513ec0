// Memory of the host that the device reaches by itself, lent and taken back.
#include "session/pinned.h"

#include <algorithm>

namespace pdfnet {
namespace {

constexpr size_t kMostFreeBytes = size_t{256} << 20;
constexpr size_t kSmallest = 4096;  // a page

}  // namespace

size_t PinnedPool::class_of(size_t bytes) {
  size_t power = kSmallest;
  while (power * 2 <= bytes) power *= 2;
  const size_t step = power / 4;
  return std::max(kSmallest, (bytes + step - 1) / step * step);
}

void* PinnedPool::take(Engine* engine, size_t bytes, Status* status) {
  const size_t size = class_of(bytes);
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (const auto found = free_.find(size); found != free_.end()) {
      void* memory = found->second.back().memory;
      found->second.pop_back();
      if (found->second.empty()) free_.erase(found);
      free_bytes_ -= size;
      return memory;
    }
  }
  void* memory = nullptr;
  api_.allocate_pinned(engine, size, &memory, status);
  return status->ok() ? memory : nullptr;
}

void PinnedPool::give_back(void* memory, size_t bytes) {
  const size_t size = class_of(bytes);
  std::vector<void*> released;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (closed_ || size > kMostFreeBytes) {
      released.push_back(memory);
    } else {
      while (free_bytes_ + size > kMostFreeBytes) take_oldest(&released);
      free_[size].push_back({memory, ++gifts_});
      free_bytes_ += size;
    }
  }
  for (void* block : released) api_.release_pinned(block);
}

void PinnedPool::take_oldest(std::vector<void*>* blocks) {
  const auto oldest = std::min_element(free_.begin(), free_.end(), [](const auto& one, const auto& other) {
    return one.second.front().given_back < other.second.front().given_back;
  });
  blocks->push_back(oldest->second.front().memory);
  oldest->second.pop_front();
  free_bytes_ -= oldest->first;
  if (oldest->second.empty()) free_.erase(oldest);
}

void PinnedPool::close() {
  std::map<size_t, std::deque<Block>> left;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    closed_ = true;
    left.swap(free_);
    free_bytes_ = 0;
  }
  for (const auto& [size, blocks] : left) {
    for (const Block& block : blocks) api_.release_pinned(block.memory);
  }
}

}  // namespace pdfnet
