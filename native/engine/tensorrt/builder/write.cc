// Writes memory to a file, whole.
#include "engine/tensorrt/builder/write.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "engine/status.h"
#include "engine/tensorrt/build.h"

namespace pdfnet::tensorrt {

void write_all(int fd, const void* data, size_t bytes, Status* status) {
  constexpr size_t kPiece = size_t{64} << 20;
  const char* next = static_cast<const char*>(data);
  for (size_t left = bytes; left > 0;) {
    const ssize_t written = ::write(fd, next, std::min(left, kPiece));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return fail(status, kErrOutputWrite, "the plan could not be written: %s", std::strerror(errno));
    next += written;
    left -= static_cast<size_t>(written);
  }
}

}  // namespace pdfnet::tensorrt
