// TensorRT's libraries, Enterprise and RTX: only their version is asked, since making an object needs a GPU.
#include "dl/capability.h"
#include "dl/library.h"

namespace pdfnet {
namespace {

// 110201 is 11.2.1 and 10701, of RTX, 1.7.1: both flavours count in hundreds up to the major.
std::string dotted(int version) {
  return std::to_string(version / 10000) + "." + std::to_string(version / 100 % 100) + "." +
         std::to_string(version % 100);
}

// What is compiled in is what the headers were found of when this was built.
bool is_compiled_in(int version) {
  [[maybe_unused]] const int major = version / 10000;
  bool known = false;
#ifdef PDFNET_HAS_TRT10
  known = known || major == 10;
#endif
#ifdef PDFNET_HAS_TRT11
  known = known || major == 11;
#endif
#ifdef PDFNET_HAS_RTX
  known = known || major == 1;
#endif
  return known;
}

}  // namespace

Capability probe_tensorrt(const Files& files) {
  Capability result;
  if (files.empty()) {
    result.reason = "no file of it was found";
    return result;
  }
  const Library library = open_first(files, &result.reason);
  if (!library) return result;
  result.path = library.path;
  const auto version = reinterpret_cast<int (*)()>(library.symbol("getInferLibVersion"));
  if (version == nullptr) {
    result.reason = library.path + ": getInferLibVersion is missing, so this is not TensorRT";
    return result;
  }
  result.version = dotted(version());
  if (!is_compiled_in(version())) {
    result.reason = result.version + " in " + library.path +
                    " is of a version whose headers were missing when this pdfnet-trt was compiled";
    return result;
  }
  result.found = true;
  result.reason = result.reason.empty() ? "the first that was tried" : "after " + result.reason;
  return result;
}

}  // namespace pdfnet
