// Models that are open together: instances of them, each on a thread of its own, serve one bounded queue.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "session/instance.h"
#include "session/pinned.h"
#include "session/scope.h"

namespace pdfnet {

struct SessionOptions {
  const EngineApi* api;
  std::string library;
  std::vector<std::string> models;
  int32_t instances;
  int32_t threads;
  int32_t gpu;
  std::vector<std::pair<std::string, std::string>> settings;
};

class Session : public Member, public std::enable_shared_from_this<Session> {
 public:
  using Opened = std::function<void(const std::shared_ptr<Session>& session, const Status& status)>;

  // Opens on a thread of the scope and calls `opened` there; `abandon` ends that early, with ERR_ABORTED. nullptr where
  // there is no such thread.
  static std::shared_ptr<Session> open(SessionOptions options, const std::shared_ptr<Scope>& scope, Opened opened);

  explicit Session(SessionOptions options, std::shared_ptr<Scope> scope);

  // Whether new runs are refused.
  bool closing();

  // Constant once it is open.
  const std::vector<ModelSpec>& models() const { return models_; }

  // Memory of the host that its runs read and write without a copy in between.
  std::shared_ptr<Slot> slot(size_t bytes, Status* status);

  // Queues a run whose steps were arranged. Unless that fails, `done` is called exactly once, on any thread: also on
  // the caller's, from `cancel`.
  void submit(Run run, Status* status);

  // A queued run leaves at once, a running one is stopped; either ends with ERR_ABORTED. Unknown tickets are ignored.
  void cancel(int64_t ticket);

  // Refuses new runs from now on; `closed` is called once the last has ended and the device's memory is released.
  void close(std::function<void()> closed);

  // As close, and cancels whatever is queued or runs.
  void abandon() override;

 private:
  using Clock = std::chrono::steady_clock;

  struct Job {
    Run run;
    Clock::time_point submitted;
    Instance* instance = nullptr;  // nullptr: queued
    bool cancelled = false;
  };
  using Jobs = std::vector<std::unique_ptr<Job>>;

  void load(const Opened& opened);
  void make_instances(Status* status);
  SharedEngine load_engine(const std::string& model, Status* status);
  ModelSpec read_tensors(const Engine& engine) const;
  bool start_instances(std::vector<std::unique_ptr<Instance>> instances);
  void queue(Run run, Status* status);
  void serve(std::unique_ptr<Instance> instance);
  Job* take(Instance* instance);
  void execute(Job* job);
  void end_instance();

  const SessionOptions options_;
  const std::shared_ptr<Scope> scope_;
  const std::shared_ptr<PinnedPool> pinned_;
  std::vector<ModelSpec> models_;

  std::mutex mutex_;
  std::condition_variable changed_;
  Engine* loading_ = nullptr;
  SharedEngine engine_;  // the first, while it is open
  bool closing_ = false;
  bool abandoned_ = false;
  int32_t live_ = 0;  // instances whose threads run
  Jobs jobs_;         // in the order of submission: running or queued
  std::vector<std::function<void()>> closed_;
};

}  // namespace pdfnet
