// ONNX Runtime's environment: one a library and process, with the thread pool that all runs share.
#pragma once

#include <memory>
#include <string>

#include "engine/onnxruntime/handle.h"

namespace pdfnet::onnxruntime {

struct Environment {
  const CApi& api;
  const int32_t threads;
  Handle<OrtEnv> env;
};

// Opens the library, and makes the environment unless an engine still holds it. `threads`: 0 for one a core, or
// whatever the present environment has; another number than it has is ERR_ARGUMENT.
std::shared_ptr<const Environment> share_environment(const std::string& library, int32_t threads, Status* status);

}  // namespace pdfnet::onnxruntime
