// What stands behind the engine table's opaque types for ONNX Runtime.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/host_marks.h"
#include "engine/onnxruntime/environment.h"

namespace pdfnet::onnxruntime {

struct Tensor {
  std::string name;
  TensorInfo info;
};

// A loaded model.
struct Model {
  std::string library;
  std::string path;
  int32_t threads;

  std::shared_ptr<const Environment> environment;
  Handle<OrtSession> session{nullptr, {}};
  Handle<OrtMemoryInfo> memory{nullptr, {}};
  std::vector<Tensor> tensors;
  size_t input_count = 0;

  // While it loads: where `interrupt` reaches it.
  std::mutex mutex;
  OrtSessionOptions* loading = nullptr;
  bool interrupted = false;

  const CApi& api() const { return environment->api; }
};

void load_model(Model* model, Status* status);
void interrupt_model(Model* model);

// Each model runs on the thread that enqueues it.
struct Queue {
  const Model* model;
  Handle<OrtRunOptions> options{nullptr, {}};
  std::atomic<bool> cancelled{false};
  HostMarks marks;
};

struct Job {
  const Model* model;
  Queue* queue;
  std::vector<Handle<OrtValue>> values;  // by the model's tensor index
};

Queue* open_queue(const Model* model, Status* status);
void begin_queue(Queue* queue);
void bind_tensor(Job* job, size_t index, const int64_t* shape, int32_t rank, void* data, size_t bytes, Status* status);
void run_job(Job* job, Status* status);
void cancel_queue(Queue* queue);

}  // namespace pdfnet::onnxruntime
