// Stands in for TensorRT's runtime, once for each ABI, on the fake CUDA. It holds callers to what the headers demand:
// alignment, memory that lasts until the GPU has ended, contexts that are left alone while a graph of theirs lives.
//
// A plan is text: "fake plan", then a line a tensor, "input|output|host-input|host-output NAME DTYPE SIZES…"
// (TensorRT's number of the type, -1 for a size that is known at the run, at most 64), and lines of settings: "memory
// N" bytes of activations for each element of the first input; "uncapturable"; "broken" (an enqueue fails). Outputs are
// twice the first input and one, element by element and from its beginning again where it is shorter; their unknown
// sizes are the values of the input on the host, or else those of the first input. A host-output is given the first
// output's sizes.
#include <dlfcn.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "stubs.h"

#define EXPORTED extern "C" __attribute__((visibility("default")))

namespace {

namespace nv = nvinfer1;

constexpr int64_t kLargest = 64;
constexpr int kIllegalAddress = 700;
constexpr size_t kAlignment = 256;

void demand(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "fake TensorRT: %s\n", what);
  std::abort();
}

template <typename Function>
Function cuda(const char* name) {
  static void* const library = ::dlopen("libcuda.so.1", RTLD_NOW | RTLD_NOLOAD);
  demand(library != nullptr, "called before CUDA was opened");
  return reinterpret_cast<Function>(::dlsym(library, name));
}

bool holds(const void* address, size_t bytes) {
  return cuda<int (*)(const void*, size_t)>("fake_cuda_holds")(address, bytes) != 0;
}

struct Tensor {
  std::string name;
  bool is_input;
  bool on_host;
  nv::DataType type;
  nv::Dims dims;
};

struct Description {
  std::vector<Tensor> tensors;
  size_t memory = 0;
  bool uncapturable = false;
  bool broken = false;
};

size_t count(const nv::Dims& dims) {
  size_t elements = 1;
  for (int32_t axis = 0; axis < dims.nbDims; ++axis) elements *= static_cast<size_t>(dims.d[axis]);
  return elements;
}

bool parse(const std::string& text, Description* plan) {
  std::istringstream lines(text);
  std::string line;
  if (!std::getline(lines, line) || line != "fake plan") return false;
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    std::string kind;
    words >> kind;
    if (kind == "memory") words >> plan->memory;
    if (kind == "uncapturable") plan->uncapturable = true;
    if (kind == "broken") plan->broken = true;
    if (kind.find("put") == std::string::npos) continue;
    Tensor tensor{};
    int32_t type = 0;
    words >> tensor.name >> type;
    tensor.type = static_cast<nv::DataType>(type);
    tensor.is_input = kind.find("input") != std::string::npos;
    tensor.on_host = kind.find("host-") == 0;
    for (int64_t size = 0; words >> size;) tensor.dims.d[tensor.dims.nbDims++] = size;
    plan->tensors.push_back(tensor);
  }
  return true;
}

// One enqueue, as the GPU does it: whatever it refers to must be there when it is done.
struct Kernel {
  std::shared_ptr<int> owner;
  const float* input;
  size_t input_elements;
  std::vector<std::pair<float*, size_t>> outputs;
  void* arena;
  size_t arena_bytes;
  const int64_t* values;  // on the host
  std::vector<int64_t> expected_values;

  int run() const {
    if (!holds(input, input_elements * sizeof(float)) || (arena_bytes > 0 && !holds(arena, arena_bytes))) {
      return kIllegalAddress;
    }
    const bool same = expected_values.empty() || std::equal(expected_values.begin(), expected_values.end(), values);
    demand(same, "the values of an input on the host changed before the GPU had ended");
    if (arena_bytes > 0) std::memset(arena, 0x55, arena_bytes);
    for (const auto& [output, elements] : outputs) {
      if (!holds(output, elements * sizeof(float))) return kIllegalAddress;
      for (size_t index = 0; index < elements; ++index) output[index] = 2 * input[index % input_elements] + 1;
    }
    return 0;
  }
};

class Context final : public nv::IExecutionContext, public nv::apiv::StubExecutionContext {
 public:
  Context(const Description& plan, nv::ILogger* logger) : plan_(plan), logger_(logger), bound_(plan.tensors.size()) {
    mImpl = this;
  }
  ~Context() noexcept override {
    demand(in_flight_.use_count() == 1, "a context was destroyed that the GPU still uses");
    demand(captured_.use_count() == 1, "a context was destroyed whose captured graph lives");
  }

  bool setInputShape(const char* name, const nv::Dims& dims) noexcept override {
    idle();
    const size_t index = find(name);
    const nv::Dims& declared = plan_.tensors[index].dims;
    bool fits = dims.nbDims == declared.nbDims;
    for (int32_t axis = 0; fits && axis < dims.nbDims; ++axis) {
      const int64_t size = dims.d[axis];
      fits = declared.d[axis] == -1 ? size >= 1 && size <= kLargest : size == declared.d[axis];
    }
    if (!fits) return refuse("the shape is outside the profile");
    bound_[index].dims = dims;
    measured_ = false;
    return true;
  }

  bool setTensorAddress(const char* name, void* address) noexcept override {
    idle();
    if (reinterpret_cast<uintptr_t>(address) % kAlignment != 0) return refuse("the address is not aligned");
    bound_[find(name)].address = address;
    return true;
  }

  nv::Dims getTensorShape(const char* name) const noexcept override {
    const Tensor& tensor = plan_.tensors[find(name)];
    if (tensor.is_input) return bound_[find(name)].dims;
    nv::Dims dims = tensor.dims;
    const int64_t* values = host_values();
    for (int32_t axis = 0; axis < dims.nbDims; ++axis) {
      if (dims.d[axis] == -1) dims.d[axis] = values != nullptr ? values[axis] : bound_[0].dims.d[axis];
    }
    return dims;
  }

  size_t updateDeviceMemorySizeForShapes() noexcept override {
    idle();
    measured_ = true;
    return plan_.memory * count(bound_[0].dims);
  }

  void setDeviceMemoryV2(void* memory, int64_t bytes) noexcept override {
    idle();
    arena_ = memory;
    arena_bytes_ = static_cast<size_t>(bytes);
  }

  bool enqueueV3(cudaStream_t stream) noexcept override {
    idle();
    demand(stream != nullptr, "enqueued on the default stream");
    demand(measured_ && arena_bytes_ >= needed(), "enqueued without enough memory for the activations");
    if (plan_.broken) return refuse("the plan is broken");
    const bool capturing = cuda<int (*)(void*)>("fake_cuda_is_capturing")(stream) != 0;
    if (capturing && plan_.uncapturable) return refuse("the plan cannot be captured");
    Kernel kernel{capturing ? captured_ : in_flight_, nullptr, 0, {}, arena_, needed(), nullptr, {}};
    for (size_t index = 0; index < bound_.size(); ++index) {
      const Tensor& tensor = plan_.tensors[index];
      void* const address = bound_[index].address;
      demand(address != nullptr, "enqueued with an address that is not set");
      const nv::Dims dims = getTensorShape(tensor.name.c_str());
      if (index == 0) {
        kernel.input = static_cast<const float*>(address);
        kernel.input_elements = count(dims);
      } else if (tensor.is_input && tensor.on_host) {
        kernel.values = static_cast<const int64_t*>(address);
        kernel.expected_values.assign(kernel.values, kernel.values + count(dims));
      } else if (!tensor.is_input && tensor.on_host) {
        std::memcpy(address, getTensorShape(first_output()).d, count(dims) * sizeof(int64_t));
      } else if (!tensor.is_input) {
        kernel.outputs.emplace_back(static_cast<float*>(address), count(dims));
      }
    }
    const auto enqueue = cuda<int (*)(void*, int (*)(void*), void*, void (*)(void*))>("fake_cuda_enqueue");
    const int error = enqueue(
        stream, [](void* data) { return static_cast<Kernel*>(data)->run(); }, new Kernel(kernel),
        [](void* data) { delete static_cast<Kernel*>(data); });
    return error == 0 || refuse("CUDA failed");
  }

 private:
  struct Bound {
    nv::Dims dims{};
    void* address = nullptr;
  };

  // Its state may not change while a captured graph, which refers to it, can still be launched. A plain run that is in
  // flight has all that it needs.
  void idle() const { demand(captured_.use_count() == 1, "a context was changed whose captured graph lives"); }

  bool refuse(const char* why) noexcept {
    logger_->log(nv::ILogger::Severity::kERROR, why);
    return false;
  }
  size_t needed() const { return plan_.memory * count(bound_[0].dims); }
  size_t find(const std::string& name) const {
    size_t index = 0;
    while (index < plan_.tensors.size() && plan_.tensors[index].name != name) ++index;
    demand(index < plan_.tensors.size(), "asked for a tensor that is not there");
    return index;
  }
  const int64_t* host_values() const {
    for (size_t index = 0; index < bound_.size(); ++index) {
      const Tensor& tensor = plan_.tensors[index];
      if (tensor.is_input && tensor.on_host) return static_cast<const int64_t*>(bound_[index].address);
    }
    return nullptr;
  }
  const char* first_output() const {
    for (const Tensor& tensor : plan_.tensors) {
      if (!tensor.is_input) return tensor.name.c_str();
    }
    return "";
  }

  const Description& plan_;
  nv::ILogger* const logger_;
  std::vector<Bound> bound_;
  void* arena_ = nullptr;
  size_t arena_bytes_ = 0;
  bool measured_ = false;
  // Shared with what was enqueued, and with what was captured.
  const std::shared_ptr<int> in_flight_ = std::make_shared<int>();
  const std::shared_ptr<int> captured_ = std::make_shared<int>();
};

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
