// How many compute threads this process can keep busy.
#pragma once

#include <cstdint>

namespace pdfnet {

// Physical cores that the process may run on: a second thread a core does not speed up matrix products. At least 1.
int32_t usable_cores();

}  // namespace pdfnet
