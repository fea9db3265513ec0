// Files as TensorRT wants them: mapped rather than read, and replaced as a whole.
#pragma once

#include <cstddef>
#include <string>

#include "engine/api.h"

namespace pdfnet::tensorrt {

// A file mapped for reading, so that a plan of hundreds of megabytes is not held twice.
class MappedFile {
 public:
  // ERR_ENGINE_OPEN where it cannot be read or is empty.
  MappedFile(const std::string& path, Status* status);
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  const void* data() const { return data_; }
  size_t size() const { return size_; }

 private:
  void* data_ = nullptr;
  size_t size_ = 0;
};

// Under another name first, then renamed: readers see the old file or the new one.
void replace_file(const std::string& path, const void* data, size_t bytes, Status* status);

}  // namespace pdfnet::tensorrt
