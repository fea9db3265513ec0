// One plan's runs on one stream.
#include "engine/tensorrt/job.h"

#include <cstdio>

#include "engine/status.h"

namespace pdfnet::tensorrt {
namespace {

// Other threads may allocate meanwhile.
constexpr int kThreadLocalCapture = 1;

OnDevice<Execution> make_execution(Model* model, Status* status) {
  model->plan().forget_errors();
  OnDevice<Execution> execution(model->plan().create_execution(status).release(), {model->device()});
  if (!status->ok()) model->device()->probe(nullptr, status);
  return execution;
}

}  // namespace

std::unique_ptr<Job> Job::create(Model* model, Queue* queue, Status* status) {
  if (!model->device()->enter(status)) return nullptr;
  if (model->device() != queue->device()) {
    fail(status, kErrInternal, "a stream of GPU %d was given to an engine of GPU %d", queue->device()->ordinal(),
         model->device()->ordinal());
    return nullptr;
  }
  OnDevice<Execution> execution = make_execution(model, status);
  if (!status->ok()) return nullptr;
  std::unique_ptr<Job> job(new Job(model, queue, std::move(execution)));
  queue->add(job.get());
  return job;
}

Job::Job(Model* model, Queue* queue, OnDevice<Execution> execution)
    : model_(model),
      queue_(queue),
      captures_(model->wants_graphs()),
      next_(model->plan().tensors()),
      execution_(std::move(execution)) {
  // Those are written while TensorRT enqueues, which a graph does not do again.
  if (next_.has_host_outputs()) captures_ = false;
}

Job::~Job() {
  queue_->remove(this);
}

void Job::enqueue(Status* status) {
  if (!queue_->accepts(status)) return;
  if (!next_.complete()) return fail(status, kErrArgument, "not every tensor of the model is bound");
  const auto bindings = std::make_shared<const Bindings>(std::move(next_));
  next_ = Bindings(model_->plan().tensors());
  queue_->in_turn(status, [&] {
    if (!captures_) return run(bindings, false, status);
    if (const CapturedGraph* graph = graphs_.find(*bindings)) return launch(*graph, status);
    run(bindings, graphs_.met_before(bindings), status);
  });
}

void Job::launch(const CapturedGraph& graph, Status* status) {
  queue_->device()->call(&cuda::Driver::graph_launch, "cuGraphLaunch", kErrEngineRun, status, graph.executable.get(),
                         queue_->stream());
}

void Job::run(const SharedBindings& bindings, bool to_be_captured, Status* status) {
  // Right after a plain run with the same bindings nothing is left for TensorRT to set up: it can be captured at once.
  const bool warm = is_prepared(*bindings);
  if (warm && to_be_captured) {
    if (const CapturedGraph* graph = capture()) return launch(*graph, status);
    if (!queue_->device()->enter(status)) return;
  }
  if (!is_prepared(*bindings)) prepare(bindings, status);
  if (status->ok()) enqueue_plainly(status);
  if (!warm && to_be_captured && status->ok()) capture();
}

bool Job::is_prepared(const Bindings& bindings) const {
  return execution_ && prepared_ && arena_generation_ == queue_->arena().generation() && prepared_->same(bindings);
}

void Job::prepare(const SharedBindings& bindings, Status* status) {
  prepared_.reset();
  if (!execution_) execution_ = make_execution(model_, status);
  if (!status->ok()) return;
  Plan& plan = model_->plan();
  plan.forget_errors();
  bindings->apply(execution_.get(), plan, status);
  if (status->ok()) queue_->reserve(execution_->memory_bytes(), status);
  if (!status->ok()) return queue_->device()->probe(queue_->stream(), status);
  const Arena& arena = queue_->arena();
  execution_->set_memory(arena.memory(), arena.bytes());
  arena_generation_ = arena.generation();
  prepared_ = bindings;
}

void Job::enqueue_plainly(Status* status) {
  // Before it starts, so that what it reads stays whatever happens.
  queue_->keep(prepared_, model_);
  model_->plan().forget_errors();
  if (execution_->enqueue(queue_->stream())) return;
  prepared_.reset();
  fail(status, kErrEngineRun, "TensorRT could not run %s: %s", model_->path().c_str(),
       model_->plan().explain("it does not say why").c_str());
  queue_->device()->probe(queue_->stream(), status);
}

// A failure costs speed only.
const CapturedGraph* Job::capture() {
  if (!make_room()) return nullptr;
  Status status;
  Executable executable = record(&status);
  if (!status.ok()) {
    captures_ = false;
    prepared_.reset();
    if (!queue_->device()->lost()) {
      std::fprintf(stderr, "pdfnet-trt: no CUDA graphs for %s: %s\n", model_->path().c_str(), status.message);
    }
    return nullptr;
  }
  return graphs_.add({std::move(execution_), std::move(executable), std::move(prepared_)});
}

bool Job::make_room() {
  if (graphs_.has_room()) return true;
  const CapturedGraph* const victim = graphs_.victim();
  if (victim == nullptr) return false;
  Status status;
  queue_->synchronize(&status);
  if (status.ok()) graphs_.drop(victim);
  return status.ok();
}

Executable Job::record(Status* status) {
  Device* const device = queue_->device();
  CUstream_st* const stream = queue_->stream();
  Executable executable(nullptr, {device});
  if (!device->call(&cuda::Driver::capture_begin, "cuStreamBeginCapture", kErrEngineRun, status, stream,
                    kThreadLocalCapture)) {
    return executable;
  }
  model_->plan().forget_errors();
  if (!execution_->enqueue(stream)) {
    fail(status, kErrEngineRun, "%s", model_->plan().explain("TensorRT could not be captured").c_str());
  }
  CUgraph_st* captured = nullptr;
  device->call(&cuda::Driver::capture_end, "cuStreamEndCapture", kErrEngineRun, status, stream, &captured);
  const Graph graph(captured, {device});
  if (!status->ok()) return executable;
  CUgraphExec_st* instance = nullptr;
  device->call(&cuda::Driver::graph_instantiate, "cuGraphInstantiate", kErrEngineRun, status, &instance, captured,
               0ULL);
  executable.reset(instance);
  return executable;
}

void Job::drop_graphs() {
  while (const CapturedGraph* graph = graphs_.any()) {
    OnDevice<Execution> execution = graphs_.drop(graph);
    if (execution_) continue;
    execution_ = std::move(execution);
    prepared_.reset();
  }
}

}  // namespace pdfnet::tensorrt
