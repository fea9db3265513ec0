// Which ABIs of TensorRT this program was compiled for.
#pragma once

#include "engine/tensorrt/build.h"

namespace pdfnet::tensorrt {

// What getInferLibVersion() says: 10701 is RTX 1.7.1, 110201 Enterprise 11.2.1.
int32_t library_version(const Library& library, Status* status);

// Their names: "trt11, rtx".
std::string abi_names();

// The one that fits the library, or nullptr. A wrong one would call other methods than it means, silently.
const BuilderAbi* find_abi(int32_t version, Status* status);

}  // namespace pdfnet::tensorrt
