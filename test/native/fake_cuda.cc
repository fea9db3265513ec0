// Stands in for the CUDA driver in tests that have no GPU. The environment says what it is: PDFNET_FAKE_CUDA is the
// version as the driver counts (12040), what cuInit answers (0), and a compute capability for each GPU: "12040
// 0 8.9 9.0".
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#define EXPORTED extern "C" __attribute__((visibility("default")))

namespace {

constexpr int kMajor = 75;
constexpr int kMinor = 76;

struct Driver {
  int version = 0;
  int init = 0;
  std::vector<std::string> capabilities;
};

Driver driver() {
  const char* said = std::getenv("PDFNET_FAKE_CUDA");
  std::istringstream words(said == nullptr ? "" : said);
  Driver result;
  words >> result.version >> result.init;
  for (std::string word; words >> word;) result.capabilities.push_back(word);
  return result;
}

}  // namespace

EXPORTED int cuInit(unsigned) {
  return driver().init;
}

EXPORTED int cuDriverGetVersion(int* version) {
  *version = driver().version;
  return 0;
}

EXPORTED int cuDeviceGetCount(int* count) {
  *count = static_cast<int>(driver().capabilities.size());
  return 0;
}

EXPORTED int cuDeviceGet(int* device, int ordinal) {
  *device = ordinal;
  return 0;
}

EXPORTED int cuDeviceGetName(char* name, int bytes, int device) {
  std::snprintf(name, static_cast<size_t>(bytes), "Fake GPU %d", device);
  return 0;
}

EXPORTED int cuDeviceGetAttribute(int* value, int attribute, int device) {
  const std::string capability = driver().capabilities.at(static_cast<size_t>(device));
  int major = 0;
  int minor = 0;
  std::sscanf(capability.c_str(), "%d.%d", &major, &minor);
  *value = attribute == kMajor ? major : attribute == kMinor ? minor : 0;
  return 0;
}

EXPORTED int cuDeviceTotalMem_v2(size_t* bytes, int) {
  *bytes = size_t{8} << 30;
  return 0;
}

EXPORTED int cuGetErrorName(int error, const char** name) {
  *name = error == 100 ? "CUDA_ERROR_NO_DEVICE" : "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH";
  return 0;
}
