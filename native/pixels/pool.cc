// The threads that do pixel work for one JavaScript environment.
#include "pixels/pool.h"

#include <algorithm>
#include <thread>

#include "engine/priority.h"

namespace pdfnet {
namespace {

// As many pictures may be worked on as there are cores, but never one behind another alone.
int most_threads() {
  static const int threads = static_cast<int>(std::max(2u, std::thread::hardware_concurrency()));
  return threads;
}

}  // namespace

bool Pool::submit(std::function<void()> work) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (abandoned_) return false;
  if (static_cast<int>(queue_.size()) >= idle_ && threads_ < most_threads() &&
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
  give_way();
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
