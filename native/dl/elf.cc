// Looks at a library file before the loader maps it.
#include "dl/elf.h"

#include <elf.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

namespace pdfnet {
namespace {

class File {
 public:
  explicit File(const std::string& path) : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  bool is_open() const { return descriptor_ >= 0; }

  // -1 where it is no regular file.
  int64_t size() const {
    struct stat status{};
    return ::fstat(descriptor_, &status) == 0 && S_ISREG(status.st_mode) ? status.st_size : -1;
  }
  bool read(void* to, size_t bytes, uint64_t offset) const {
    return ::pread(descriptor_, to, bytes, static_cast<off_t>(offset)) == static_cast<ssize_t>(bytes);
  }

 private:
  const int descriptor_;
};

bool is_x64_library(const Elf64_Ehdr& header) {
  return std::memcmp(header.e_ident, ELFMAG, SELFMAG) == 0 && header.e_ident[EI_CLASS] == ELFCLASS64 &&
         header.e_machine == EM_X86_64 && header.e_type == ET_DYN && header.e_phentsize == sizeof(Elf64_Phdr) &&
         header.e_phnum > 0;
}

bool inside(uint64_t offset, uint64_t bytes, uint64_t size) {
  return offset <= size && bytes <= size - offset;
}

}  // namespace

bool is_whole_library(const std::string& path, std::string* reason) {
  const File file(path);
  if (!file.is_open()) {
    *reason = path + ": " + std::strerror(errno);
    return false;
  }
  const int64_t size = file.size();
  if (size < 0) {
    *reason = path + ": not a file";
    return false;
  }
  Elf64_Ehdr header{};
  if (!file.read(&header, sizeof(header), 0) || !is_x64_library(header)) {
    *reason = path + ": not an x86-64 shared library";
    return false;
  }
  std::vector<Elf64_Phdr> segments(header.e_phnum);
  const size_t bytes = segments.size() * sizeof(Elf64_Phdr);
  bool whole =
      inside(header.e_phoff, bytes, static_cast<uint64_t>(size)) && file.read(segments.data(), bytes, header.e_phoff);
  for (const Elf64_Phdr& segment : segments) {
    whole =
        whole && (segment.p_type != PT_LOAD || inside(segment.p_offset, segment.p_filesz, static_cast<uint64_t>(size)));
  }
  if (!whole) *reason = path + ": the file is truncated";
  return whole;
}

}  // namespace pdfnet
