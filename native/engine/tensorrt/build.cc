// Parses an ONNX file and builds a plan from it: compiled once for each ABI of TensorRT.
#include "engine/tensorrt/build.h"

#include <memory>
#include <optional>

#include "engine/status.h"
#include "engine/tensorrt/abi.h"
#include "engine/tensorrt/builder/write.h"
#include "engine/tensorrt/logger.h"
#include "engine/tensorrt/monitor.h"
#ifndef PDFNET_IS_RTX
#include "engine/tensorrt/timing_cache.h"
#endif

namespace pdfnet::tensorrt::PDFNET_TENSORRT_ABI {
namespace {

namespace nv = nvinfer1;

// Never the headers' inline functions of the same purpose: they need the library when the program is linked.
using CreateBuilder = void* (*)(void* logger, int32_t version);
using CreateParser = void* (*)(void* network, void* logger, int version);

std::unique_ptr<nv::IBuilder> create_builder(const Libraries& libraries, Logger* logger, Status* status) {
  const auto create = reinterpret_cast<CreateBuilder>(libraries.infer.symbol("createInferBuilder_INTERNAL"));
  if (create == nullptr) {
    fail(status, kErrLibraryLoad, "%s has no builder: it is a runtime only", libraries.infer.path.c_str());
    return nullptr;
  }
  std::unique_ptr<nv::IBuilder> builder(
      static_cast<nv::IBuilder*>(create(static_cast<nv::ILogger*>(logger), NV_TENSORRT_VERSION)));
  if (!builder) fail(status, kErrEngineBuild, "%s", logger->explain("the library made no builder").c_str());
  return builder;
}

std::unique_ptr<nvonnxparser::IParser> create_parser(const Libraries& libraries, nv::INetworkDefinition* network,
                                                     Logger* logger, Status* status) {
  const auto create = reinterpret_cast<CreateParser>(libraries.parser.symbol("createNvOnnxParser_INTERNAL"));
  if (create == nullptr) {
    fail(status, kErrLibraryLoad, "%s is not TensorRT's ONNX parser", libraries.parser.path.c_str());
    return nullptr;
  }
  std::unique_ptr<nvonnxparser::IParser> parser(
      static_cast<nvonnxparser::IParser*>(create(network, static_cast<nv::ILogger*>(logger), NV_ONNX_PARSER_VERSION)));
  if (!parser) fail(status, kErrEngineBuild, "%s", logger->explain("the library made no parser").c_str());
  return parser;
}

const char* or_empty(const char* text) {
  return text == nullptr ? "" : text;
}

void parse(nvonnxparser::IParser* parser, const char* onnx, Observer& observer, Status* status) {
  using Code = nvonnxparser::ErrorCode;
  observer.phase("Parsing ONNX");
  if (parser->parseFromFile(onnx, static_cast<int>(nv::ILogger::Severity::kWARNING))) return;
  const char* code = kErrEngineBuild;
  const char* first = "the parser does not say why";
  for (int index = 0; index < parser->getNbErrors(); ++index) {
    const nvonnxparser::IParserError* error = parser->getError(index);
    const bool unsupported =
        error->code() >= Code::kUNSUPPORTED_GRAPH && error->code() <= Code::kUNSUPPORTED_NODE_SHAPE;
    if (index == 0) {
      const bool unreadable = error->code() == Code::kMODEL_DESERIALIZE_FAILED;
      code = unsupported ? kErrOnnxOperator : unreadable ? kErrOnnxFormat : kErrEngineBuild;
      first = or_empty(error->desc());
    }
    observer.problem({unsupported, error->node(), or_empty(error->nodeName()), or_empty(error->nodeOperator()),
                      or_empty(error->desc())});
  }
  fail(status, code, "%s", first);
}

nv::Dims dimensions(const Sizes& sizes) {
  nv::Dims dims{};
  dims.nbDims = static_cast<int32_t>(sizes.size());
  for (size_t axis = 0; axis < sizes.size(); ++axis) dims.d[axis] = sizes[axis];
  return dims;
}

nv::ITensor* find_input(const nv::INetworkDefinition& network, const std::string& name) {
  for (int32_t index = 0; index < network.getNbInputs(); ++index) {
    nv::ITensor* input = network.getInput(index);
    if (name == input->getName()) return input;
  }
  return nullptr;
}

bool set_values(nv::IOptimizationProfile* profile, const char* name, nv::OptProfileSelector select,
                const Sizes& sizes) {
  const auto count = static_cast<int32_t>(sizes.size());
#ifdef PDFNET_IS_TRT10
  // The 64-bit one came with 10.11 only.
  const std::vector<int32_t> values(sizes.begin(), sizes.end());
  return profile->setShapeValues(name, select, values.data(), count);
#else
  return profile->setShapeValuesV2(name, select, sizes.data(), count);
#endif
}

bool set_range(nv::IOptimizationProfile* profile, const nv::ITensor& input, const InputRange& range) {
  const auto set = [&](nv::OptProfileSelector select, const Sizes& sizes) {
    if (input.isShapeTensor()) return set_values(profile, range.name.c_str(), select, sizes);
    return sizes.size() <= nv::Dims::MAX_DIMS && profile->setDimensions(range.name.c_str(), select, dimensions(sizes));
  };
  return set(nv::OptProfileSelector::kMIN, range.min) && set(nv::OptProfileSelector::kOPT, range.opt) &&
         set(nv::OptProfileSelector::kMAX, range.max);
}

void add_profile(nv::IBuilder* builder, const nv::INetworkDefinition& network, nv::IBuilderConfig* config,
                 const Profile& ranges, Status* status) {
  nv::IOptimizationProfile* profile = builder->createOptimizationProfile();
  for (const InputRange& range : ranges) {
    const nv::ITensor* input = find_input(network, range.name);
    if (input == nullptr) return fail(status, kErrArgument, "the graph has no input '%s'", range.name.c_str());
    if (!set_range(profile, *input, range)) {
      return fail(status, kErrArgument, "the profile of input '%s' does not fit the graph", range.name.c_str());
    }
  }
  if (config->addOptimizationProfile(profile) < 0)
    fail(status, kErrArgument, "the profile is not complete or not valid");
}

void set_targets(nv::IBuilderConfig* config, const std::vector<int32_t>& targets, Status* status) {
  if (targets.empty()) return;
#ifdef PDFNET_IS_RTX
  if (!config->setNbComputeCapabilities(static_cast<int32_t>(targets.size()))) {
    return fail(status, kErrArgument, "too many target capabilities");
  }
  for (size_t index = 0; index < targets.size(); ++index) {
    const auto capability = static_cast<nv::ComputeCapability>(targets[index]);
    if (!config->setComputeCapability(capability, static_cast<int32_t>(index))) {
      return fail(status, kErrArgument, "this library cannot build for compute capability %d.%d", targets[index] / 10,
                  targets[index] % 10);
    }
  }
#else
  static_cast<void>(config);
  fail(status, kErrArgument, "target capabilities are TensorRT-RTX's: Enterprise builds for the GPU that is here");
#endif
}

void configure(nv::IBuilder* builder, const nv::INetworkDefinition& network, nv::IBuilderConfig* config,
               const BuildRequest& request, Status* status) {
  for (const Profile& profile : request.profiles) {
    if (status->ok()) add_profile(builder, network, config, profile, status);
  }
  if (request.workspace_bytes) {
    config->setMemoryPoolLimit(nv::MemoryPoolType::kWORKSPACE, static_cast<size_t>(*request.workspace_bytes));
  }
  if (request.optimization_level) config->setBuilderOptimizationLevel(*request.optimization_level);
  if (request.auxiliary_streams) static_cast<void>(config->setMaxAuxStreams(*request.auxiliary_streams));
  if (status->ok()) set_targets(config, request.target_capabilities, status);
}

uint64_t build(const Libraries& libraries, const BuildRequest& request, Observer& observer, Status* status) {
  Logger logger(observer);
  Monitor monitor(observer);
#ifndef PDFNET_IS_RTX
  std::optional<TimingCache> timing_cache;  // goes after the builder
#endif
  const auto builder = create_builder(libraries, &logger, status);
  if (!builder) return 0;
  uint32_t flags = 0;
#ifdef PDFNET_IS_TRT10
  // Later ABIs know nothing else.
  flags |= 1U << static_cast<uint32_t>(nv::NetworkDefinitionCreationFlag::kSTRONGLY_TYPED);
#endif
  const std::unique_ptr<nv::INetworkDefinition> network(builder->createNetworkV2(flags));
  const std::unique_ptr<nv::IBuilderConfig> config(builder->createBuilderConfig());
  if (!network || !config) {
    fail(status, kErrEngineBuild, "%s", logger.explain("the library made no network").c_str());
    return 0;
  }
  // The network's weights lie in the parser.
  const auto parser = create_parser(libraries, network.get(), &logger, status);
  if (parser) parse(parser.get(), request.onnx.c_str(), observer, status);
  if (status->ok()) configure(builder.get(), *network, config.get(), request, status);
  if (!status->ok()) return 0;
  config->setProgressMonitor(&monitor);
#ifndef PDFNET_IS_RTX
  if (!request.timing_cache.empty()) timing_cache.emplace(config.get(), request.timing_cache);
#endif
  const std::unique_ptr<nv::IHostMemory> plan(builder->buildSerializedNetwork(*network, *config));
  if (!plan || plan->size() == 0) {
    fail(status, kErrEngineBuild, "%s", logger.explain("the library does not say why").c_str());
    return 0;
  }
#ifndef PDFNET_IS_RTX
  if (timing_cache) timing_cache->save();
#endif
  observer.phase("Writing the plan");
  write_all(request.plan_fd, plan->data(), plan->size(), status);
  return status->ok() ? plan->size() : 0;
}

}  // namespace

#ifdef PDFNET_IS_RTX
// 1.3 and 1.4 had another order of methods.
constexpr int32_t kOldest = 10500;
#else
constexpr int32_t kOldest = NV_TENSORRT_MAJOR * 10000;
#endif

extern const BuilderAbi kAbi{PDFNET_STRING(PDFNET_TENSORRT_ABI), kOldest, (NV_TENSORRT_MAJOR + 1) * 10000, &build};

}  // namespace pdfnet::tensorrt::PDFNET_TENSORRT_ABI
