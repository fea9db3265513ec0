// Pages of the host's memory.
#include "session/pages.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

namespace pdfnet {
namespace {

constexpr int kPopulateWrite = 23;  // MADV_POPULATE_WRITE, which older headers do not know: Linux 5.14

// Given back in pieces: the process's other threads may have to wait for each.
constexpr uintptr_t kPiece = uintptr_t{4} << 20;

uintptr_t page_size() {
  static const auto page = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
  return page;
}

struct Range {
  uintptr_t begin, end;
};

Range whole_pages(void* memory, size_t bytes) {
  const auto address = reinterpret_cast<uintptr_t>(memory);
  const uintptr_t page = page_size();
  return {(address + page - 1) / page * page, (address + bytes) / page * page};
}

}  // namespace

void bring_in_pages(void* memory, size_t bytes) {
  const auto [begin, end] = whole_pages(memory, bytes);
  if (begin >= end) return;
  if (::madvise(reinterpret_cast<void*>(begin), end - begin, kPopulateWrite) == 0) return;
  for (uintptr_t next = begin; next < end; next += page_size()) {
    __atomic_fetch_or(reinterpret_cast<uint8_t*>(next), uint8_t{0}, __ATOMIC_RELAXED);
  }
}

void give_back_pages(void* memory, size_t bytes) {
  const auto [begin, end] = whole_pages(memory, bytes);
  for (uintptr_t next = begin; next < end; next += kPiece) {
    ::madvise(reinterpret_cast<void*>(next), std::min(kPiece, end - next), MADV_DONTNEED);
  }
}

}  // namespace pdfnet
