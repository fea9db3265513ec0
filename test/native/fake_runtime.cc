// Stands in for TensorRT's runtime, once for each ABI, on the fake CUDA. It holds callers to what the headers demand:
// alignment, memory that lasts until the GPU has ended, contexts that are left alone while a graph of theirs lives.
//
// A plan is text: "fake plan", then a line a tensor, "input|output|host-input|host-output NAME DTYPE SIZES…"
// (TensorRT's number of the type, -1 for a size that is known at the run, at most 64), and lines of settings: "memory
// N" bytes of activations for each element of the first input; "uncapturable"; "broken" (an enqueue fails). Outputs are
// twice the first input and one, element by element and from its beginning again where it is shorter; their unknown
// sizes are the values of the input on the host, or else those of the first input. A host-output is given the first
// output's sizes.
#include "fake_context.h"

#define EXPORTED extern "C" __attribute__((visibility("default")))

namespace {

#if NV_TENSORRT_MAJOR == 1
class Memory final : public nv::IHostMemory, public nv::apiv::StubHostMemory {
 public:
  explicit Memory(std::string bytes) : bytes_(std::move(bytes)) { mImpl = this; }
  void* data() const noexcept override { return const_cast<char*>(bytes_.data()); }
  std::size_t size() const noexcept override { return bytes_.size(); }

 private:
  const std::string bytes_;
};

class Cache final : public nv::IRuntimeCache, public nv::apiv::StubRuntimeCache {
 public:
  Cache() { mImpl = this; }
  nv::IHostMemory* serialize() const noexcept override { return new Memory("fake cache"); }
  bool deserialize(const void* blob, size_t size) noexcept override {
    return std::string(static_cast<const char*>(blob), size) == "fake cache";
  }
};

class Config final : public nv::IRuntimeConfig, public nv::apiv::StubRuntimeConfig {
 public:
  Config() { mImpl = this; }
  void setExecutionContextAllocationStrategy(nv::ExecutionContextAllocationStrategy strategy) noexcept override {
    user_managed = strategy == nv::ExecutionContextAllocationStrategy::kUSER_MANAGED;
  }
  nv::IRuntimeCache* createRuntimeCache() const noexcept override { return new Cache; }
  bool setRuntimeCache(const nv::IRuntimeCache&) noexcept override { return true; }
  bool setCudaGraphStrategy(nv::CudaGraphStrategy) noexcept override { return true; }

  bool user_managed = false;
};
#endif

class Engine final : public nv::ICudaEngine, public nv::apiv::StubCudaEngine {
 public:
  Engine(Description plan, nv::ILogger* logger) : plan_(std::move(plan)), logger_(logger) { mImpl = this; }

  int32_t getNbIOTensors() const noexcept override { return static_cast<int32_t>(plan_.tensors.size()); }
  const char* getIOTensorName(int32_t index) const noexcept override {
    return plan_.tensors[static_cast<size_t>(index)].name.c_str();
  }
  nv::Dims getTensorShape(const char* name) const noexcept override { return find(name).dims; }
  nv::DataType getTensorDataType(const char* name) const noexcept override { return find(name).type; }
  nv::TensorFormat getTensorFormat(const char*) const noexcept override { return nv::TensorFormat::kLINEAR; }
  nv::TensorLocation getTensorLocation(const char* name) const noexcept override {
    return find(name).on_host ? nv::TensorLocation::kHOST : nv::TensorLocation::kDEVICE;
  }
  nv::TensorIOMode getTensorIOMode(const char* name) const noexcept override {
    return find(name).is_input ? nv::TensorIOMode::kINPUT : nv::TensorIOMode::kOUTPUT;
  }
  int64_t getDeviceMemorySizeForProfileV2(int32_t) const noexcept override { return 0; }
#if NV_TENSORRT_MAJOR == 1
  nv::IRuntimeConfig* createRuntimeConfig() noexcept override { return new Config; }
  nv::IExecutionContext* createExecutionContextWithRuntimeConfig(nv::IRuntimeConfig* config) noexcept override {
    demand(static_cast<Config*>(config)->user_managed, "a context would take memory of its own");
    return new Context(plan_, logger_);
  }
#else
  nv::IExecutionContext* createExecutionContext(nv::ExecutionContextAllocationStrategy strategy) noexcept override {
    demand(strategy == nv::ExecutionContextAllocationStrategy::kUSER_MANAGED, "a context would take its own memory");
    return new Context(plan_, logger_);
  }
#endif

 private:
  const Tensor& find(const std::string& name) const {
    for (const Tensor& tensor : plan_.tensors) {
      if (tensor.name == name) return tensor;
    }
    demand(false, "asked for a tensor that is not there");
    std::abort();
  }

  const Description plan_;
  nv::ILogger* const logger_;
};

class Runtime final : public nv::IRuntime, public nv::apiv::StubRuntime {
 public:
  explicit Runtime(nv::ILogger* logger) : logger_(logger) { mImpl = this; }
  void setEngineHostCodeAllowed(bool allowed) noexcept override { demand(!allowed, "code of a plan would be run"); }
  nv::ICudaEngine* deserializeCudaEngine(const void* blob, std::size_t size) noexcept override {
    Description plan;
    if (parse(std::string(static_cast<const char*>(blob), size), &plan)) return new Engine(std::move(plan), logger_);
    logger_->log(nv::ILogger::Severity::kERROR, "not a plan of the fake");
    return nullptr;
  }

 private:
  nv::ILogger* const logger_;
};

}  // namespace

EXPORTED int32_t getInferLibVersion() {
  return NV_TENSORRT_MAJOR * 10000 + NV_TENSORRT_MINOR * 100;
}

EXPORTED void* createInferRuntime_INTERNAL(void* logger, int32_t) {
  return static_cast<nv::IRuntime*>(new Runtime(static_cast<nv::ILogger*>(logger)));
}
