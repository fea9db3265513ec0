// Files as TensorRT wants them.
#include "engine/tensorrt/file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "engine/status.h"
#include "engine/tensorrt/builder/write.h"

namespace pdfnet::tensorrt {

MappedFile::MappedFile(const std::string& path, Status* status) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    fail(status, kErrEngineOpen, "%s cannot be read: %s", path.c_str(), std::strerror(errno));
    return;
  }
  struct stat info{};
  if (::fstat(file, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size <= 0) {
    fail(status, kErrEngineOpen, "%s is not a file with a plan in it", path.c_str());
  } else {
    void* const data = ::mmap(nullptr, static_cast<size_t>(info.st_size), PROT_READ, MAP_PRIVATE, file, 0);
    if (data == MAP_FAILED) {
      fail(status, kErrEngineOpen, "%s cannot be mapped: %s", path.c_str(), std::strerror(errno));
    } else {
      data_ = data;
      size_ = static_cast<size_t>(info.st_size);
    }
  }
  ::close(file);
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(data_, size_);
}

void replace_file(const std::string& path, const void* data, size_t bytes, Status* status) {
  std::string temporary = path + ".XXXXXX";
  const int file = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (file < 0) return fail(status, kErrEngineRun, "%s cannot be written: %s", path.c_str(), std::strerror(errno));
  write_all(file, data, bytes, status);
  ::close(file);
  if (status->ok() && ::rename(temporary.c_str(), path.c_str()) != 0) {
    fail(status, kErrEngineRun, "%s cannot be written: %s", path.c_str(), std::strerror(errno));
  }
  if (!status->ok()) ::unlink(temporary.c_str());
}

}  // namespace pdfnet::tensorrt
