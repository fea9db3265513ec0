// Reads the command line of the build program.
#pragma once

#include <string>

#include "engine/tensorrt/build.h"

namespace pdfnet::tensorrt {

struct Arguments {
  std::string library;  // absolute paths
  std::string parser;
  bool list_abis = false;   // says which ABIs it was compiled for, and opens nothing
  bool probe_only = false;  // says what the library is, and builds nothing
  BuildRequest request;
};

// Throws std::invalid_argument: only a mistake of the caller, which is ts/runtime, gets here.
Arguments read_arguments(int count, char** values);

}  // namespace pdfnet::tensorrt
