// Pages of the host's memory.
#include "session/pages.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>

namespace pdfnet {
namespace {

constexpr int kPopulateWrite = 23;  // MADV_POPULATE_WRITE, which older headers do not know: Linux 5.14

}  // namespace

void bring_in_pages(void* memory, size_t bytes) {
  static const auto page = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto address = reinterpret_cast<uintptr_t>(memory);
  const uintptr_t begin = (address + page - 1) / page * page;
  const uintptr_t end = (address + bytes) / page * page;
  if (begin >= end) return;
  if (::madvise(reinterpret_cast<void*>(begin), end - begin, kPopulateWrite) == 0) return;
  for (uintptr_t next = begin; next < end; next += page) {
    __atomic_fetch_or(reinterpret_cast<uint8_t*>(next), uint8_t{0}, __ATOMIC_RELAXED);
  }
}

}  // namespace pdfnet
