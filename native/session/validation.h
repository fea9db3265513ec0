// Checks a run's memory against the model before anything is written.
#pragma once

#include "session/run.h"

namespace pdfnet {

// The bindings in the order of the tensors, each of them exactly once; ERR_ARGUMENT says which one is not what the
// model expects. No output may overlap any other memory of the run.
std::vector<Binding> arrange(const std::vector<TensorSpec>& tensors, std::vector<Binding> inputs,
                             std::vector<Binding> outputs, Status* status);

}  // namespace pdfnet
