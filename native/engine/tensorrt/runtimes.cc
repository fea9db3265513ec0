// Which ABIs of TensorRT the addon was compiled for: one object each, of those whose headers were found.
#include "engine/status.h"
#include "engine/tensorrt/plan.h"

namespace pdfnet::tensorrt {

#ifdef PDFNET_HAS_TRT10
namespace trt10 {
extern const RuntimeAbi kRuntime;
}
#endif
#ifdef PDFNET_HAS_TRT11
namespace trt11 {
extern const RuntimeAbi kRuntime;
}
#endif
#ifdef PDFNET_HAS_RTX
namespace rtx {
extern const RuntimeAbi kRuntime;
}
#endif

namespace {

const RuntimeAbi* const kRuntimes[] = {
#ifdef PDFNET_HAS_TRT10
    &trt10::kRuntime,
#endif
#ifdef PDFNET_HAS_TRT11
    &trt11::kRuntime,
#endif
#ifdef PDFNET_HAS_RTX
    &rtx::kRuntime,
#endif
    nullptr,
};

std::string names() {
  std::string all;
  for (const RuntimeAbi* const* abi = kRuntimes; *abi != nullptr; ++abi) {
    all += (all.empty() ? "" : ", ") + std::string((*abi)->name);
  }
  return all.empty() ? "no ABI, as no headers were found when it was compiled" : all;
}

}  // namespace

const RuntimeAbi* find_runtime(const Library& library, Status* status) {
  const auto ask = reinterpret_cast<int32_t (*)()>(library.symbol("getInferLibVersion"));
  if (ask == nullptr) {
    fail(status, kErrLibraryLoad, "%s is not TensorRT: getInferLibVersion is missing", library.path.c_str());
    return nullptr;
  }
  const int32_t version = ask();
  for (const RuntimeAbi* const* abi = kRuntimes; *abi != nullptr; ++abi) {
    if (version >= (*abi)->oldest && version < (*abi)->next) return *abi;
  }
  fail(status, kErrLibraryLoad, "TensorRT %d.%d.%d of %s cannot be used: the addon knows %s", version / 10000,
       version / 100 % 100, version % 100, library.path.c_str(), names().c_str());
  return nullptr;
}

}  // namespace pdfnet::tensorrt
