// The least that builds a plan with TensorRT-RTX: open, parse, build, write. `npm run bench -- build` holds the peak memory
// of ours against it. Prints a line of JSON: milliseconds and the highest resident set in bytes. With `verbose` the whole
// log goes to standard error, a line for each kernel of the plan in it.
//   bare-build LIBRARY PARSER ONNX PLAN [verbose]
#include <NvInfer.h>
#include <NvOnnxParser.h>
#include <dlfcn.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

namespace {

struct Logger final : nvinfer1::ILogger {
  Severity least = Severity::kERROR;
  void log(Severity severity, const char* text) noexcept override {
    if (severity <= least) std::fprintf(stderr, "%s\n", text);
  }
};

[[noreturn]] void stop(const char* what) {
  std::fprintf(stderr, "bare-build: %s\n", what);
  std::exit(1);
}

void* open(const char* path) {
  void* handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) stop(dlerror());
  return handle;
}

long peak_bytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    long kilobytes = 0;
    if (word == "VmHWM:" && status >> kilobytes) return kilobytes * 1024;
  }
  return 0;
}

}  // namespace

int main(int count, char** values) {
  const bool verbose = count == 6 && std::string(values[5]) == "verbose";
  if (count != 5 && !verbose) stop("expected LIBRARY PARSER ONNX PLAN [verbose]");
  const auto start = std::chrono::steady_clock::now();
  void* library = open(values[1]);
  void* parser_library = open(values[2]);
  const auto create_builder = reinterpret_cast<void* (*)(void*, int)>(dlsym(library, "createInferBuilder_INTERNAL"));
  const auto create_parser =
      reinterpret_cast<void* (*)(void*, void*, int)>(dlsym(parser_library, "createNvOnnxParser_INTERNAL"));

  Logger logger;
  if (verbose) logger.least = nvinfer1::ILogger::Severity::kVERBOSE;
  auto* builder = static_cast<nvinfer1::IBuilder*>(create_builder(&logger, NV_TENSORRT_VERSION));
  auto* network = builder->createNetworkV2(0);
  auto* config = builder->createBuilderConfig();
  if (verbose) config->setProfilingVerbosity(nvinfer1::ProfilingVerbosity::kDETAILED);
  auto* parser = static_cast<nvonnxparser::IParser*>(create_parser(network, &logger, NV_ONNX_PARSER_VERSION));
  if (!parser->parseFromFile(values[3], 2)) stop("parsing failed");
  const nvinfer1::IHostMemory* plan = builder->buildSerializedNetwork(*network, *config);
  if (plan == nullptr) stop("building failed");
  std::ofstream(values[4], std::ios::binary)
      .write(static_cast<const char*>(plan->data()), static_cast<std::streamsize>(plan->size()));

  const std::chrono::duration<double, std::milli> elapsed = std::chrono::steady_clock::now() - start;
  std::printf("{\"milliseconds\":%.0f,\"peakRssBytes\":%ld}\n", elapsed.count(), peak_bytes());
  std::fflush(stdout);
  _exit(0);
}
