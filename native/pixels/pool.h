// The threads that do pixel work for one JavaScript environment, one a core at most: never libuv's, which files and DNS
// share.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

#include "session/scope.h"

namespace pdfnet {

class Pool : public Member, public std::enable_shared_from_this<Pool> {
 public:
  explicit Pool(std::shared_ptr<Scope> scope) : scope_(std::move(scope)) {}

  // Queues work, which does not throw; its threads start as they are needed. False where there is none and none can be
  // started.
  bool submit(std::function<void()> work);

  // Work that has begun is finished, the rest is dropped.
  void abandon() override;

 private:
  void serve();

  const std::shared_ptr<Scope> scope_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> queue_;
  int threads_ = 0;
  int idle_ = 0;
  bool abandoned_ = false;
};

}  // namespace pdfnet
