// The build program: opens TensorRT, builds one plan, tells its parent how it goes, and ends. A process of its own, so
// that a cancel is immediate, its memory comes back, and Node's is not added to it.
#include <malloc.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <fstream>

#include "dl/capability.h"
#include "engine/status.h"
#include "engine/tensorrt/builder/abis.h"
#include "engine/tensorrt/builder/arguments.h"
#include "engine/tensorrt/builder/messages.h"

namespace pdfnet::tensorrt {
namespace {

constexpr int kMessagesFd = 3;

// Highest resident set of this program alone: getrusage() would count that of the parent before exec.
int64_t peak_rss_bytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    int64_t kilobytes = 0;
    if (word == "VmHWM:" && status >> kilobytes) return kilobytes * 1024;
  }
  return 0;
}

// Kernel memory goes back as soon as it is free, and threads share one heap: a lower peak for no more time.
void tune_memory() {
  ::mallopt(M_ARENA_MAX, 1);
  ::mallopt(M_TRIM_THRESHOLD, 64 << 10);
  ::mallopt(M_MMAP_THRESHOLD, 64 << 10);
}

void ignore_signals() {
  // A full disk is an error of write(), not the end.
  std::signal(SIGXFSZ, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  // Nobody would want the plan any more.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
}

bool is_enterprise(const BuilderAbi& abi) {
  return abi.oldest >= 100000;
}

// Enterprise builds on a GPU only, and is never called where there is none: it would answer with broken objects.
void check_gpu(const CudaCapability& cuda, Status* status) {
  if (!cuda.found) {
    fail(status, "ERR_DEVICE_MISSING", "TensorRT Enterprise builds engines on a GPU only: %s", cuda.reason.c_str());
  }
}

void open(const std::string& path, Library* library, Status* status) {
  std::string reason;
  *library = open_library(path, &reason);
  if (!*library) fail(status, kErrLibraryLoad, "%s could not be opened: %s", path.c_str(), reason.c_str());
}

Message describe(const BuilderAbi& abi, int32_t version, const CudaCapability& cuda) {
  Message message("library");
  message.text("abi", abi.name).number("version", version);
  if (is_enterprise(abi) && cuda.found) {
    message.text("gpu", cuda.devices[0].name).text("computeCapability", cuda.devices[0].compute_capability);
  }
  return message;
}

void run(const Arguments& arguments, Messages* messages, Status* status) {
  if (arguments.list_abis) return messages->send(Message("abis").text("names", abi_names()));
  const auto start = std::chrono::steady_clock::now();
  Libraries libraries;
  messages->phase("Opening TensorRT");
  open(arguments.library, &libraries.infer, status);
  if (!status->ok()) return;
  const int32_t version = library_version(libraries.infer, status);
  const BuilderAbi* abi = status->ok() ? find_abi(version, status) : nullptr;
  if (abi == nullptr) return;
  const CudaCapability cuda = is_enterprise(*abi) ? probe_cuda() : CudaCapability{};
  messages->send(describe(*abi, version, cuda));
  if (arguments.probe_only) return;
  if (is_enterprise(*abi)) check_gpu(cuda, status);
  if (status->ok()) open(arguments.parser, &libraries.parser, status);
  if (!status->ok()) return;

  const uint64_t bytes = abi->build(libraries, arguments.request, *messages, status);
  if (!status->ok()) return;
  const std::chrono::duration<double, std::milli> elapsed = std::chrono::steady_clock::now() - start;
  messages->send(Message("built")
                     .number("planBytes", static_cast<int64_t>(bytes))
                     .number("milliseconds", static_cast<int64_t>(elapsed.count()))
                     .number("peakRssBytes", peak_rss_bytes()));
}

}  // namespace
}  // namespace pdfnet::tensorrt

int main(int count, char** values) {
  using namespace pdfnet;
  using namespace pdfnet::tensorrt;
  ignore_signals();
  tune_memory();
  Messages messages(kMessagesFd);
  Status status;
  try {
    run(read_arguments(count, values), &messages, &status);
  } catch (...) {
    fail_with_exception(&status, kErrInternal);
  }
  if (!status.ok()) messages.send(Message("failed").text("code", status.code).text("message", status.message));
  // The libraries' own clean-up is not waited for, and cannot crash what has ended well.
  ::_exit(status.ok() ? 0 : 1);
}
