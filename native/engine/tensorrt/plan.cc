// Loads and runs plans: compiled once for each ABI of TensorRT.
#include "engine/tensorrt/plan.h"

#include <algorithm>
#include <mutex>

#include "engine/status.h"
#include "engine/tensorrt/abi.h"
#include "engine/tensorrt/file.h"
#include "engine/tensorrt/logger.h"
#include "engine/tensorrt/profile.h"
#ifdef PDFNET_IS_RTX
#include "engine/tensorrt/runtime_cache.h"
#endif

namespace pdfnet::tensorrt::PDFNET_TENSORRT_ABI {
namespace {

namespace nv = nvinfer1;

// Never the header's inline function of the same purpose: it needs the library when the addon is linked.
using CreateRuntime = void* (*)(void* logger, int32_t version);

constexpr auto kUserManaged = nv::ExecutionContextAllocationStrategy::kUSER_MANAGED;

class Unheard final : public Observer {
 public:
  void log(pdfnet::tensorrt::Severity, const char*) noexcept override {}
  void phase(const char*) noexcept override {}
  void problem(const Problem&) noexcept override {}
};

bool convert(nv::DataType type, DType* dtype) {
  switch (type) {
    case nv::DataType::kFLOAT:
      *dtype = DType::kFloat32;
      return true;
    case nv::DataType::kHALF:
      *dtype = DType::kFloat16;
      return true;
    case nv::DataType::kBF16:
      *dtype = DType::kBfloat16;
      return true;
    case nv::DataType::kINT8:
      *dtype = DType::kInt8;
      return true;
    case nv::DataType::kUINT8:
      *dtype = DType::kUint8;
      return true;
    case nv::DataType::kINT32:
      *dtype = DType::kInt32;
      return true;
    case nv::DataType::kINT64:
      *dtype = DType::kInt64;
      return true;
    case nv::DataType::kBOOL:
      *dtype = DType::kBool;
      return true;
    default:
      return false;
  }
}

PlanTensor read_tensor(const nv::ICudaEngine& engine, const char* name, Status* status) {
  PlanTensor tensor{name, {}};
  TensorInfo& info = tensor.info;
  const nv::Dims dims = engine.getTensorShape(name);
  info.is_input = engine.getTensorIOMode(name) == nv::TensorIOMode::kINPUT;
  info.on_host = engine.getTensorLocation(name) == nv::TensorLocation::kHOST;
  if (dims.nbDims < 0 || dims.nbDims > kMaxRank) {
    fail(status, kErrEngineOpen, "%s has %d dimensions, expected 0 to %d", name, dims.nbDims, kMaxRank);
    return tensor;
  }
  info.rank = dims.nbDims;
  std::copy_n(dims.d, dims.nbDims, info.shape);
  if (!convert(engine.getTensorDataType(name), &info.dtype)) {
    fail(status, kErrEngineOpen, "%s has elements of TensorRT's type %d, which has no counterpart here", name,
         static_cast<int>(engine.getTensorDataType(name)));
  }
  if (engine.getTensorFormat(name) != nv::TensorFormat::kLINEAR) {
    fail(status, kErrEngineOpen, "%s is not in TensorRT's linear format: %s", name, engine.getTensorFormatDesc(name));
  }
  return tensor;
}

std::vector<PlanTensor> read_tensors(const nv::ICudaEngine& engine, Status* status) {
  std::vector<PlanTensor> tensors;
  for (int32_t index = 0; index < engine.getNbIOTensors(); ++index) {
    tensors.push_back(read_tensor(engine, engine.getIOTensorName(index), status));
  }
  std::stable_partition(tensors.begin(), tensors.end(), [](const PlanTensor& tensor) { return tensor.info.is_input; });
  return tensors;
}

class AbiExecution final : public Execution {
 public:
  AbiExecution(nv::ICudaEngine* engine, nv::IExecutionContext* context, const std::vector<PlanTensor>& tensors)
      : engine_(engine), context_(context), tensors_(tensors) {}

  bool set_shape(size_t tensor, const Sizes& shape) override {
    nv::Dims dims{};
    dims.nbDims = static_cast<int32_t>(shape.size());
    std::copy(shape.begin(), shape.end(), dims.d);
    return context_->setInputShape(name(tensor), dims);
  }

  bool set_address(size_t tensor, void* address) override { return context_->setTensorAddress(name(tensor), address); }

  Sizes shape(size_t tensor) const override {
    const nv::Dims dims = context_->getTensorShape(name(tensor));
    return {dims.d, dims.d + std::max(dims.nbDims, 0)};
  }

  size_t memory_bytes() override {
    if (const size_t bytes = context_->updateDeviceMemorySizeForShapes(); bytes > 0) return bytes;
    // None, or the library could not tell: then what the largest shapes need.
#if NV_TENSORRT_MAJOR == 10 && NV_TENSORRT_MINOR == 0
    return engine_->getDeviceMemorySize();
#else
    return static_cast<size_t>(std::max<int64_t>(engine_->getDeviceMemorySizeForProfileV2(0), 0));
#endif
  }

  void set_memory(void* memory, [[maybe_unused]] size_t bytes) override {
#if NV_TENSORRT_MAJOR == 10 && NV_TENSORRT_MINOR == 0
    context_->setDeviceMemory(memory);
#else
    context_->setDeviceMemoryV2(memory, static_cast<int64_t>(bytes));
#endif
  }

  bool enqueue(CUstream_st* stream) override { return context_->enqueueV3(stream); }

 private:
  const char* name(size_t tensor) const { return tensors_[tensor].name.c_str(); }

  nv::ICudaEngine* const engine_;
  const std::unique_ptr<nv::IExecutionContext> context_;
  const std::vector<PlanTensor>& tensors_;
};

class AbiPlan final : public Plan {
 public:
  void load(const Library& library, const PlanOptions& options, Status* status) {
    const auto create = reinterpret_cast<CreateRuntime>(library.symbol("createInferRuntime_INTERNAL"));
    if (create == nullptr) {
      return fail(status, kErrLibraryLoad, "%s has no runtime: createInferRuntime_INTERNAL is missing",
                  library.path.c_str());
    }
    runtime_.reset(static_cast<nv::IRuntime*>(create(static_cast<nv::ILogger*>(&logger_), NV_TENSORRT_VERSION)));
    if (!runtime_) {
      return fail(status, kErrEngineOpen, "%s", explain("the library made no runtime").c_str());
    }
    // A plan is data to us: no code of it runs on the host.
    runtime_->setEngineHostCodeAllowed(false);
    const MappedFile file(options.path, status);
    if (!status->ok()) return;
    engine_.reset(runtime_->deserializeCudaEngine(file.data(), file.size()));
    if (!engine_) {
      return fail(status, kErrEngineOpen, "%s: %s", options.path.c_str(), explain("the library refuses it").c_str());
    }
    if (!options.profile.empty()) profile_ = std::make_unique<Profile>(options.profile, options.path);
    tensors_ = read_tensors(*engine_, status);
    if (status->ok()) configure(options, status);
  }

  const std::vector<PlanTensor>& tensors() const override { return tensors_; }

  std::unique_ptr<Execution> create_execution(Status* status) override {
    const std::lock_guard<std::mutex> lock(mutex_);
#ifdef PDFNET_IS_RTX
    std::unique_ptr<nv::IExecutionContext> context(engine_->createExecutionContext(config_.get()));
#else
    std::unique_ptr<nv::IExecutionContext> context(engine_->createExecutionContext(kUserManaged));
#endif
    if (!context) {
      fail(status, kErrEngineOpen, "%s", explain("the library made no execution context").c_str());
      return nullptr;
    }
    if (profile_) context->setProfiler(profile_.get());
    return std::make_unique<AbiExecution>(engine_.get(), context.release(), tensors_);
  }

  void save_runtime_cache() noexcept override {
#ifdef PDFNET_IS_RTX
    if (cache_) cache_->save();
#endif
  }

  std::string explain(const char* otherwise) const override { return logger_.explain(otherwise); }
  void forget_errors() noexcept override { logger_.forget(); }

 private:
#ifdef PDFNET_IS_RTX
  void configure(const PlanOptions& options, Status* status) {
    config_.reset(engine_->createRuntimeConfig());
    if (!config_) return fail(status, kErrEngineOpen, "%s", explain("the library made no configuration").c_str());
    config_->setExecutionContextAllocationStrategy(kUserManaged);
    if (options.cuda_graphs) config_->setCudaGraphStrategy(nv::CudaGraphStrategy::kWHOLE_GRAPH_CAPTURE);
    if (!options.runtime_cache.empty()) cache_ = RuntimeCache::attach(config_.get(), options.runtime_cache);
  }
#else
  void configure(const PlanOptions&, Status*) {}
#endif

  // In the order in which they need each other.
  Unheard observer_;
  Logger logger_{observer_};
  std::mutex mutex_;
  std::unique_ptr<Profile> profile_;
  std::unique_ptr<nv::IRuntime> runtime_;
  std::unique_ptr<nv::ICudaEngine> engine_;
#ifdef PDFNET_IS_RTX
  std::unique_ptr<RuntimeCache> cache_;
  std::unique_ptr<nv::IRuntimeConfig> config_;
#endif
  std::vector<PlanTensor> tensors_;
};

std::unique_ptr<Plan> load(const Library& library, const PlanOptions& options, Status* status) {
  auto plan = std::make_unique<AbiPlan>();
  plan->load(library, options, status);
  return plan;
}

#ifdef PDFNET_IS_RTX
constexpr bool kCapturesGraphs = true;
constexpr int32_t kOldest = 10500;  // 1.3 and 1.4 had another order of methods
#else
constexpr bool kCapturesGraphs = false;
// setDeviceMemoryV2 came with 10.1.
constexpr int32_t kOldest = NV_TENSORRT_MAJOR * 10000 + (NV_TENSORRT_MAJOR == 10 && NV_TENSORRT_MINOR > 0 ? 100 : 0);
#endif

}  // namespace

extern const RuntimeAbi kRuntime{PDFNET_STRING(PDFNET_TENSORRT_ABI), kOldest, (NV_TENSORRT_MAJOR + 1) * 10000,
                                 kCapturesGraphs, &load};

}  // namespace pdfnet::tensorrt::PDFNET_TENSORRT_ABI
