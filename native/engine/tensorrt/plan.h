// A plan that TensorRT has loaded, and its executions: what the implementations for all ABIs share.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "dl/driver.h"
#include "dl/library.h"
#include "engine/api.h"

namespace pdfnet::tensorrt {

using Sizes = std::vector<int64_t>;

struct PlanTensor {
  std::string name;
  TensorInfo info;  // its name is not set
};

struct PlanOptions {
  std::string path;  // of the plan
  bool cuda_graphs;
  std::string runtime_cache;  // of RTX: a file, or empty for none
  std::string profile;        // a file that layers' times are appended to, or empty for none
};

// One execution context: its shapes and addresses are set anew where they change. One thread at a time. What says
// whether it worked answers false where it did not; Plan::explain() says why.
class Execution {
 public:
  virtual ~Execution() = default;
  virtual bool set_shape(size_t tensor, const Sizes& shape) = 0;
  virtual bool set_address(size_t tensor, void* address) = 0;
  // Of an output, once all inputs are set; -1 where only the run will tell.
  virtual Sizes shape(size_t tensor) const = 0;
  // Of activations, for the shapes that are set.
  virtual size_t memory_bytes() = 0;
  virtual void set_memory(void* memory, size_t bytes) = 0;
  virtual bool enqueue(CUstream_st* stream) = 0;
};

class Plan {
 public:
  virtual ~Plan() = default;
  // Inputs first.
  virtual const std::vector<PlanTensor>& tensors() const = 0;
  // From any thread.
  virtual std::unique_ptr<Execution> create_execution(Status* status) = 0;
  // What the library has compiled on this GPU, kept for the next process. From any thread; a failure costs only time.
  virtual void save_runtime_cache() noexcept = 0;
  // The first error that the library logged since `forget_errors`; else `otherwise`.
  virtual std::string explain(const char* otherwise) const = 0;
  virtual void forget_errors() noexcept = 0;
};

// One ABI: which libraries it fits, and its loader. The library's version is checked before it is called.
struct RuntimeAbi {
  const char* name;
  int32_t oldest;        // as getInferLibVersion() counts
  int32_t next;          // the first that it does not fit
  bool captures_graphs;  // the library does so by itself
  // The context of the GPU is the calling thread's.
  std::unique_ptr<Plan> (*load)(const Library& library, const PlanOptions& options, Status* status);
};

// The one that fits the library, or nullptr. A wrong one would call other methods than it means, silently.
const RuntimeAbi* find_runtime(const Library& library, Status* status);

}  // namespace pdfnet::tensorrt
