// ONNX Runtime's library: found, and new enough for the CPU device.
#include "dl/capability.h"
#include "dl/library.h"
#include "engine/onnxruntime/c_api.h"

namespace pdfnet {

Capability probe_onnxruntime(const Folders& folders) {
  Capability result;
  const Library library = find_library(folders, {"libonnxruntime.so.1"}, &result.reason);
  if (!library) return result;
  result.path = library.path;
  std::string reason;
  result.found = onnxruntime::read_version(library, &result.version, &reason);
  if (!result.found) {
    result.reason = reason;
  } else {
    result.reason = result.reason.empty() ? "the first that was tried" : "after " + result.reason;
  }
  return result;
}

}  // namespace pdfnet
