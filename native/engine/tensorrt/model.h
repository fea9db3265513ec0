// A plan that is open on a GPU: immutable once it is loaded, shared by its contexts.
#pragma once

#include <atomic>

#include "engine/tensorrt/device.h"
#include "engine/tensorrt/plan.h"

namespace pdfnet::tensorrt {

class Model {
 public:
  explicit Model(const OpenOptions& options);
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;
  ~Model();

  // ERR_LIBRARY_LOAD, ERR_DEVICE_MISSING, ERR_GPU_LOST, ERR_GPU_MEMORY, ERR_ENGINE_OPEN, ERR_ABORTED.
  void load(Status* status);
  // TensorRT cannot be stopped: `load` fails as soon as it answers.
  void interrupt() { interrupted_ = true; }

  Device* device() const { return device_; }
  Plan& plan() const { return *plan_; }
  const std::string& path() const { return options_.path; }

  // Whether runs are to be captured as CUDA graphs here, and not by the library.
  bool wants_graphs() const { return options_.cuda_graphs && !abi_->captures_graphs; }

  // Called when a run has ended well: the first one fills the library's runtime cache.
  void note_run();

 private:
  void blame_memory(Status* status) const;

  const std::string library_;
  const int32_t gpu_;
  PlanOptions options_;
  const RuntimeAbi* abi_ = nullptr;
  Device* device_ = nullptr;
  OnDevice<Plan> plan_{nullptr, {nullptr}};
  std::atomic<bool> interrupted_{false};
  std::atomic<bool> has_run_{false};
};

}  // namespace pdfnet::tensorrt
