// Faults of CUDA: each call of each function fails in turn.
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <functional>

#include "table/checks.h"
#include "table/life.h"

namespace pdfnet::table {

namespace {

const std::vector<const char*> kFunctions = {
    "cuDeviceGet",
    "cuDevicePrimaryCtxRetain",
    "cuCtxSetCurrent",
    "cuMemGetInfo_v2",
    "cuMemAlloc_v2",
    "cuMemFree_v2",
    "cuMemHostAlloc",
    "cuMemFreeHost",
    "cuMemcpyHtoDAsync_v2",
    "cuMemcpyDtoHAsync_v2",
    "cuStreamCreate",
    "cuStreamQuery",
    "cuStreamDestroy_v2",
    "cuStreamSynchronize",
    "cuStreamEndCapture",
    "cuGraphLaunch",
    "cuStreamBeginCapture_v2",
    "cuEventCreate",
    "cuEventDestroy_v2",
    "cuEventRecord",
    "cuGraphInstantiateWithFlags",
    "cuEventSynchronize",
    "cuEventElapsedTime",
    "fake_cuda_enqueue",
};
// What is asked before there is a context that could die.
const std::vector<const char*> kQuestions = {"cuInit", "cuDeviceGetCount"};
// A graph that cannot be destroyed outlives its context, which the fake would not have.
const std::vector<const char*> kDestroyers = {"cuGraphDestroy", "cuGraphExecDestroy"};

const std::vector<int64_t> kLife = {2, 2, 2, 5, 5, 5, 2};

// Fails each call of each function in turn, in a process of its own; `after` is told whether it was called so often.
void sweep(const std::vector<const char*>& functions, int error,
           const std::function<void(const char* function, const Status& status)>& after) {
  for (const char* function : functions) {
    for (int call = 1; call <= 200; ++call) {
      const pid_t child = ::fork();
      CHECK(child >= 0);
      if (child == 0) {
        ::setenv("PDFNET_FAKE_CUDA_FAIL",
                 (std::string(function) + ":" + std::to_string(error) + ":" + std::to_string(call)).c_str(), 1);
        const Status status = live(kLife);
        if (fake<int>("fake_cuda_triggered") == 0) {
          CHECK(status.ok());
          std::_Exit(2);
        }
        after(function, status);
        std::_Exit(0);
      }
      int ended = 0;
      CHECK(::waitpid(child, &ended, 0) == child);
      if (WIFEXITED(ended) && WEXITSTATUS(ended) == 2) break;
      if (!WIFEXITED(ended) || WEXITSTATUS(ended) != 0) std::fprintf(stderr, "%s, call %d\n", function, call);
      CHECK(WIFEXITED(ended) && WEXITSTATUS(ended) == 0);
    }
  }
}

}  // namespace

// What fails where memory is given back leaks what could not be given back, and nothing else does.
void failures() {
  const auto after = [](const char* function, const Status& status) {
    const bool known = status.ok() || is(status, "ERR_ENGINE_RUN") || is(status, "ERR_ENGINE_OPEN") ||
                       is(status, "ERR_GPU_MEMORY") || is(status, "ERR_MEMORY") || is(status, "ERR_DEVICE_MISSING");
    if (!known) show(status);
    CHECK(known);
    const std::string name = function;
    const bool releases = name.find("Free") != std::string::npos || name.find("Destroy") != std::string::npos;
    CHECK(leaks() <= (releases || name == "cuCtxSetCurrent" ? 1 : 0));
    ::unsetenv("PDFNET_FAKE_CUDA_FAIL");
    CHECK(live(kLife).ok());
  };
  for (const int error : {999, 2}) {
    sweep(kFunctions, error, after);
    sweep(kQuestions, error, after);
  }
}

void lost() {
  const auto after = [](const char* function, const Status& status) {
    const Status later = live({1});
    const bool told = is(later, "ERR_GPU_LOST") && std::strstr(later.message, "CUDA_ERROR_ILLEGAL_ADDRESS") != nullptr;
    if (!told) show(status);
    if (!told) show(later);
    CHECK(told);
    // TensorRT says only that it failed, so one call asks why.
    CHECK(fake<int>("fake_cuda_calls_after_death") <= (std::strcmp(function, "fake_cuda_enqueue") == 0 ? 1 : 0));
  };
  sweep(kFunctions, 700, after);
  sweep(kDestroyers, 700, after);
}

}  // namespace pdfnet::table
