// Work on a picture in strips, of which several are done at the same time.
#include "pixels/strips.h"

#include <condition_variable>
#include <mutex>

#include "pixels/pool.h"

namespace pdfnet {
namespace {

// Outlives the call: a thread that comes late finds that nothing is left, and does not touch the work.
class Round {
 public:
  Round(size_t count, const std::function<void(size_t)>& work) : count_(count), work_(work) {}

  void help() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (next_ < count_) {
      const size_t strip = next_++;
      lock.unlock();
      work_(strip);
      lock.lock();
      ++done_;
    }
    if (done_ == count_) ended_.notify_all();
  }

  void wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    ended_.wait(lock, [this] { return done_ == count_; });
  }

 private:
  const size_t count_;
  const std::function<void(size_t)>& work_;
  std::mutex mutex_;
  std::condition_variable ended_;
  size_t next_ = 0;
  size_t done_ = 0;
};

}  // namespace

Strips strips_on(std::shared_ptr<Pool> pool) {
  return [pool = std::move(pool)](size_t count, const std::function<void(size_t)>& work) {
    const auto round = std::make_shared<Round>(count, work);
    // Nobody waits for it: where it is not begun, its strips are done here.
    pool->submit([round] { round->help(); });
    round->help();
    round->wait();
  };
}

}  // namespace pdfnet
