// Looks at a library file before the loader maps it: the loader itself dies (SIGBUS) on one that was cut short.
#pragma once

#include <string>

namespace pdfnet {

// Whether the file is an x86-64 shared object whose segments all lie inside it; `reason` says why not.
bool is_whole_library(const std::string& path, std::string* reason);

}  // namespace pdfnet
