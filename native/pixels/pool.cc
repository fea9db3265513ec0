// The few threads that do pixel work for one JavaScript environment.
#include "pixels/pool.h"

namespace pdfnet {
namespace {

// Pixel work is bound by memory, which two threads saturate.
constexpr int kThreads = 2;

}  // namespace

bool Pool::submit(std::function<void()> work) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (abandoned_) return false;
  if (static_cast<int>(queue_.size()) >= idle_ && threads_ < kThreads &&
      scope_->start([self = shared_from_this()] { self->serve(); })) {
    ++threads_;
  }
  if (threads_ == 0) return false;
  queue_.push_back(std::move(work));
  changed_.notify_one();
  return true;
}

void Pool::abandon() {
  std::deque<std::function<void()>> dropped;
  const std::lock_guard<std::mutex> lock(mutex_);
  abandoned_ = true;
  dropped.swap(queue_);
  changed_.notify_all();
}

void Pool::serve() {
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    ++idle_;
    changed_.wait(lock, [this] { return abandoned_ || !queue_.empty(); });
    --idle_;
    if (abandoned_) return;
    {
      const std::function<void()> work = std::move(queue_.front());
      queue_.pop_front();
      lock.unlock();
      work();
    }
    lock.lock();
  }
}

}  // namespace pdfnet
