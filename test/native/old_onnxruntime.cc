// A library that says it is an ONNX Runtime of years ago; asking it for an API would end the process.
#include <cstdint>
#include <cstdlib>

namespace {

struct ApiBase {
  const void* (*get_api)(uint32_t version);
  const char* (*version)();
};

const void* get_api(uint32_t) {
  std::abort();
}

const char* version() {
  return "1.10.0";
}

constexpr ApiBase kBase = {get_api, version};

}  // namespace

extern "C" __attribute__((visibility("default"))) const ApiBase* OrtGetApiBase() {
  return &kBase;
}
