// Preloaded into a process of the GPU proof: runs a kernel that writes where nothing is, once the file is there that
// PDFNET_PROOF_LOSE names, so that the CUDA context that the process shares is lost. The kernel is PTX, which the
// driver itself compiles: nothing of CUDA is needed beside it.
#include <dlfcn.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <thread>

namespace {

constexpr char kKernel[] = R"(.version 7.0
.target sm_75
.address_size 64
.visible .entry write_nowhere()
{
  .reg .b32 %r<2>;
  .reg .b64 %rd<2>;
  mov.u64 %rd1, 16;
  mov.u32 %r1, 1;
  st.global.u32 [%rd1], %r1;
  ret;
}
)";

// Calls a function of the driver; a failure is told, and all that follows is left out.
template <typename... Arguments>
bool call(void* driver, const char* name, Arguments... arguments) {
  const auto function = reinterpret_cast<int (*)(Arguments...)>(::dlsym(driver, name));
  const int error = function == nullptr ? -1 : function(arguments...);
  if (error != 0) std::fprintf(stderr, "losing the context: %s says %d\n", name, error);
  return error == 0;
}

void wait_and_lose(const char* file) {
  while (::access(file, F_OK) != 0) ::usleep(1000);
  void* const driver = ::dlopen("libcuda.so.1", RTLD_NOW);
  if (driver == nullptr) return;
  int device = 0;
  void* context = nullptr;
  void* module = nullptr;
  void* kernel = nullptr;
  void* const none = nullptr;
  call(driver, "cuDeviceGet", &device, 0) && call(driver, "cuDevicePrimaryCtxRetain", &context, device) &&
      call(driver, "cuCtxSetCurrent", context) &&
      call(driver, "cuModuleLoadData", &module, static_cast<const void*>(kKernel)) &&
      call(driver, "cuModuleGetFunction", &kernel, module, "write_nowhere") &&
      call(driver, "cuLaunchKernel", kernel, 1U, 1U, 1U, 1U, 1U, 1U, 0U, none, none, none) &&
      call(driver, "cuCtxSynchronize");
}

__attribute__((constructor)) void begin() {
  if (const char* file = std::getenv("PDFNET_PROOF_LOSE")) std::thread(wait_and_lose, file).detach();
}

}  // namespace
