// Which ABIs of TensorRT this program was compiled for: one object each, of those whose headers were found.
#include "engine/tensorrt/builder/abis.h"

#include "engine/status.h"

namespace pdfnet::tensorrt {

#ifdef PDFNET_HAS_TRT10
namespace trt10 {
extern const BuilderAbi kAbi;
}
#endif
#ifdef PDFNET_HAS_TRT11
namespace trt11 {
extern const BuilderAbi kAbi;
}
#endif
#ifdef PDFNET_HAS_RTX
namespace rtx {
extern const BuilderAbi kAbi;
}
#endif

namespace {

const BuilderAbi* const kAbis[] = {
#ifdef PDFNET_HAS_TRT10
    &trt10::kAbi,
#endif
#ifdef PDFNET_HAS_TRT11
    &trt11::kAbi,
#endif
#ifdef PDFNET_HAS_RTX
    &rtx::kAbi,
#endif
    nullptr,
};

}  // namespace

int32_t library_version(const Library& library, Status* status) {
  const auto version = reinterpret_cast<int32_t (*)()>(library.symbol("getInferLibVersion"));
  if (version != nullptr) return version();
  fail(status, kErrLibraryLoad, "%s is not TensorRT: getInferLibVersion is missing", library.path.c_str());
  return 0;
}

std::string abi_names() {
  std::string names;
  for (const BuilderAbi* const* abi = kAbis; *abi != nullptr; ++abi) {
    names += (names.empty() ? "" : ", ") + std::string((*abi)->name);
  }
  return names;
}

const BuilderAbi* find_abi(int32_t version, Status* status) {
  for (const BuilderAbi* const* abi = kAbis; *abi != nullptr; ++abi) {
    if (version >= (*abi)->oldest && version < (*abi)->next) return *abi;
  }
  const std::string names = abi_names();
  fail(status, kErrLibraryLoad, "TensorRT %d.%d.%d cannot be used: the build program knows %s", version / 10000,
       version / 100 % 100, version % 100, names.empty() ? "no ABI, as no headers were found" : names.c_str());
  return nullptr;
}

}  // namespace pdfnet::tensorrt
