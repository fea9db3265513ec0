// Models that are open together: instances of them, each on a thread of its own, serve one bounded queue.
#include "session/session.h"

#include <algorithm>

namespace pdfnet {
namespace {

// Runs that may wait for each instance, beside the one that it does.
constexpr int32_t kQueueDepth = 2;

double milliseconds(std::chrono::steady_clock::duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

Status aborted() {
  Status status;
  fail(&status, kErrAborted, "the run was cancelled");
  return status;
}

}  // namespace

Session::Session(SessionOptions options, std::shared_ptr<Scope> scope)
    : options_(std::move(options)), scope_(std::move(scope)), pinned_(std::make_shared<PinnedPool>(*options_.api)) {}

std::shared_ptr<Session> Session::open(SessionOptions options, const std::shared_ptr<Scope>& scope, Opened opened) {
  auto session = std::make_shared<Session>(std::move(options), scope);
  const bool started =
      scope->add(session) && scope->start([session, opened = std::move(opened)] { session->load(opened); });
  return started ? session : nullptr;
}

void Session::load(const Opened& opened) {
  Status status;
  try {
    make_instances(&status);
  } catch (...) {
    fail_with_exception(&status, kErrEngineOpen);
  }
  if (const std::lock_guard<std::mutex> lock(mutex_); abandoned_) {
    status = {};
    fail(&status, kErrAborted, "the opening was cancelled");
  }
  opened(status.ok() ? shared_from_this() : nullptr, status);
}

void Session::make_instances(Status* status) {
  std::vector<SharedEngine> engines;
  for (const std::string& model : options_.models) {
    SharedEngine engine = load_engine(model, status);
    if (!engine) return;
    models_.push_back(read_tensors(*engine));
    engines.push_back(std::move(engine));
  }
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    engine_ = engines.front();
  }
  std::vector<std::unique_ptr<Instance>> instances;
  for (int32_t count = 0; count < options_.instances && status->ok(); ++count) {
    instances.push_back(Instance::create(*options_.api, engines, models_, status));
  }
  if (status->ok() && !start_instances(std::move(instances))) {
    fail(status, kErrMemory, "a thread could not be started");
  }
}

SharedEngine Session::load_engine(const std::string& model, Status* status) {
  const EngineApi& api = *options_.api;
  std::vector<Setting> settings;
  for (const auto& [key, value] : options_.settings) settings.push_back({key.c_str(), value.c_str()});
  const OpenOptions options{options_.library.c_str(), model.c_str(),  options_.threads, options_.gpu,
                            settings.data(),          settings.size()};
  Engine* raw = nullptr;
  api.open(&options, &raw, status);
  if (!status->ok()) return nullptr;
  SharedEngine engine(raw, api.close);
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (abandoned_) return nullptr;
    loading_ = raw;
  }
  api.load(raw, status);
  Scope::end_before_exit();
  const std::lock_guard<std::mutex> lock(mutex_);
  loading_ = nullptr;
  return status->ok() ? engine : nullptr;
}

ModelSpec Session::read_tensors(const Engine& engine) const {
  const EngineApi& api = *options_.api;
  ModelSpec tensors;
  for (size_t index = 0; index < api.tensor_count(&engine); ++index) {
    TensorInfo info{};
    api.tensor(&engine, index, &info);
    tensors.push_back({info.name, info.dtype, info.is_input, info.on_host, {info.shape, info.shape + info.rank}});
  }
  return tensors;
}

bool Session::start_instances(std::vector<std::unique_ptr<Instance>> instances) {
  for (std::unique_ptr<Instance>& instance : instances) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      ++live_;
    }
    // A function object must be copyable, so the thread takes the instance from a shared holder.
    auto holder = std::make_shared<std::unique_ptr<Instance>>(std::move(instance));
    if (scope_->start([self = shared_from_this(), holder] { self->serve(std::move(*holder)); })) continue;
    end_instance();
    abandon();
    return false;
  }
  return true;
}

void Session::serve(std::unique_ptr<Instance> instance) {
  while (Job* job = take(instance.get())) execute(job);
  instance.reset();
  end_instance();
}

Session::Job* Session::take(Instance* instance) {
  std::unique_lock<std::mutex> lock(mutex_);
  instance->begin();  // under the lock, so that no cancel meant for the next run comes before it
  for (;;) {
    for (const std::unique_ptr<Job>& job : jobs_) {
      if (job->instance != nullptr) continue;
      job->instance = instance;
      return job.get();
    }
    if (closing_) return nullptr;
    changed_.wait(lock);
  }
}

void Session::execute(Job* job) {
  const Clock::time_point started = Clock::now();
  Status status;
  RunTimings timings;
  timings.steps = job->instance->run(job->run.steps, &status);
  const Clock::time_point ended = Clock::now();

  std::unique_ptr<Job> finished;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto place =
        std::find_if(jobs_.begin(), jobs_.end(), [job](const auto& other) { return other.get() == job; });
    finished = std::move(*place);
    jobs_.erase(place);
  }
  // A run that ended just before its cancel came is cancelled all the same: the caller no longer wants it.
  if (finished->cancelled) status = aborted();
  timings.queued = milliseconds(started - finished->submitted);
  timings.total = milliseconds(ended - started);
  finished->run.done(status, timings);
}

bool Session::closing() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return closing_;
}

std::shared_ptr<Slot> Session::slot(size_t bytes, Status* status) {
  SharedEngine engine;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!closing_) engine = engine_;
  }
  if (!engine) {
    fail(status, kErrDisposed, "the session is disposed");
    return nullptr;
  }
  void* memory = pinned_->take(engine.get(), bytes, status);
  return status->ok() ? std::make_shared<Slot>(pinned_, memory, bytes) : nullptr;
}

void Session::submit(Run run, Status* status) {
  queue(std::move(run), status);
  // Outside of the lock, on which the thread that wakes would wait at once.
  if (status->ok()) changed_.notify_one();
}

void Session::queue(Run run, Status* status) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (closing_) return fail(status, kErrDisposed, "the session is disposed");
  const size_t limit = static_cast<size_t>(options_.instances * (1 + kQueueDepth));
  if (jobs_.size() >= limit) {
    return fail(status, kErrQueueFull, "%zu runs are in flight, which is all that %d instances take", limit,
                options_.instances);
  }
  for (const std::unique_ptr<Job>& job : jobs_) {
    if (job->run.ticket != run.ticket) continue;
    return fail(status, kErrArgument, "expected a ticket that no run in flight has for ticket, got %lld",
                static_cast<long long>(run.ticket));
  }
  jobs_.push_back(std::make_unique<Job>(Job{std::move(run), Clock::now(), nullptr, false}));
}

void Session::cancel(int64_t ticket) {
  std::unique_ptr<Job> left;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto place =
        std::find_if(jobs_.begin(), jobs_.end(), [ticket](const auto& job) { return job->run.ticket == ticket; });
    if (place == jobs_.end()) return;
    if (Job& job = **place; job.instance != nullptr) {
      job.cancelled = true;
      return job.instance->cancel();
    }
    left = std::move(*place);
    jobs_.erase(place);
  }
  left->run.done(aborted(), {});
}

void Session::close(std::function<void()> closed) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    closing_ = true;
    if (live_ > 0) {
      if (closed) closed_.push_back(std::move(closed));
      closed = nullptr;
    }
  }
  changed_.notify_all();
  if (closed) closed();
}

void Session::abandon() {
  Jobs left;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    closing_ = abandoned_ = true;
    if (loading_ != nullptr) options_.api->interrupt(loading_);
    for (std::unique_ptr<Job>& job : jobs_) {
      if (job->instance == nullptr) {
        left.push_back(std::move(job));
      } else {
        job->cancelled = true;
        job->instance->cancel();
      }
    }
    jobs_.erase(std::remove(jobs_.begin(), jobs_.end(), nullptr), jobs_.end());
  }
  changed_.notify_all();
  for (const std::unique_ptr<Job>& job : left) job->run.done(aborted(), {});
}

void Session::end_instance() {
  std::vector<std::function<void()>> closed;
  SharedEngine engine;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (--live_ > 0) return;
    closed.swap(closed_);
    engine.swap(engine_);
  }
  engine.reset();
  pinned_->close();
  for (const auto& call : closed) call();
}

}  // namespace pdfnet
