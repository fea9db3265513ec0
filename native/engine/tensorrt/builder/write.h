// Writes memory to a file, whole.
#pragma once

#include <cstddef>

#include "engine/api.h"

namespace pdfnet::tensorrt {

void write_all(int fd, const void* data, size_t bytes, Status* status);

}  // namespace pdfnet::tensorrt
