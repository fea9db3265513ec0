// One plan's runs on one stream: plain ones, and those that were captured as CUDA graphs.
#pragma once

#include <memory>

#include "engine/tensorrt/graphs.h"
#include "engine/tensorrt/model.h"
#include "engine/tensorrt/queue.h"

namespace pdfnet::tensorrt {

class Job {
 public:
  // nullptr, with the status, where TensorRT makes no context.
  static std::unique_ptr<Job> create(Model* model, Queue* queue, Status* status);
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;
  ~Job();

  void bind(size_t tensor, const int64_t* shape, int32_t rank, void* data, size_t bytes, Status* status) {
    next_.bind(tensor, shape, rank, data, bytes, status);
  }
  // The first run with some bindings is plain; the second is captured, the later ones launch the graph.
  void enqueue(Status* status);

  // Nothing may be in flight.
  void drop_graphs();

 private:
  using SharedBindings = std::shared_ptr<const Bindings>;

  Job(Model* model, Queue* queue, OnDevice<Execution> execution);

  void launch(const CapturedGraph& graph, Status* status);
  void run(const SharedBindings& bindings, bool to_be_captured, Status* status);
  void prepare(const SharedBindings& bindings, Status* status);
  void enqueue_plainly(Status* status);
  const CapturedGraph* capture();
  Executable record(Status* status);
  bool make_room();
  bool is_prepared(const Bindings& bindings) const;

  Model* const model_;
  Queue* const queue_;
  bool captures_;
  Bindings next_;
  Graphs graphs_;

  // The execution of plain runs, and what it was prepared for; none while a graph has it.
  OnDevice<Execution> execution_;
  SharedBindings prepared_;
  uint64_t arena_generation_ = 0;
};

}  // namespace pdfnet::tensorrt
