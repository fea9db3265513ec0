// Checks a run's memory against the model before anything is written.
#pragma once

#include "session/run.h"

namespace pdfnet {

// The bindings of a model in the order of its tensors, each of them exactly once; ERR_ARGUMENT says which one is not
// what the model expects.
std::vector<Binding> arrange(const ModelSpec& model, std::vector<Binding> inputs, std::vector<Binding> outputs,
                             Status* status);

// No memory that a step of the run writes may be that of another binding, nor may a step read where it writes.
void check_overlap(const std::vector<ModelSpec>& models, const std::vector<Step>& steps, Status* status);

}  // namespace pdfnet
