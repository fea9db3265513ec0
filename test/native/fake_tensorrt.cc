// Stands in for TensorRT and for its parser in tests of what goes wrong around them. Its version is that of its file's
// name, and what it does when a builder is wanted is the name of the folder that it was copied to.
#include <dlfcn.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <string>

#define EXPORTED extern "C" __attribute__((visibility("default")))

namespace {

std::string own_path() {
  Dl_info info{};
  return dladdr(reinterpret_cast<void*>(&own_path), &info) != 0 ? info.dli_fname : "";
}

std::string own_folder() {
  const std::string path = own_path();
  const size_t end = path.rfind('/');
  const size_t begin = path.rfind('/', end - 1) + 1;
  return path.substr(begin, end - begin);
}

}  // namespace

EXPORTED int32_t getInferLibVersion() {
  int major = 0;
  int minor = 0;
  int patch = 0;
  const std::string path = own_path();
  std::sscanf(path.c_str() + path.find(".so.") + 4, "%d.%d.%d", &major, &minor, &patch);
  return major * 10000 + minor * 100 + patch;
}

EXPORTED void* createInferBuilder_INTERNAL(void*, int32_t) {
  const std::string behaviour = own_folder();
  if (behaviour == "crashes") std::raise(SIGSEGV);
  if (behaviour == "is-killed") std::raise(SIGKILL);
  if (behaviour == "hangs") {
    // A helper of its own, as some compilers have: it must not outlive the build.
    if (fork() >= 0) {
      for (;;) pause();
    }
  }
  return nullptr;
}

EXPORTED void* createNvOnnxParser_INTERNAL(void*, void*, int) {
  return nullptr;
}
