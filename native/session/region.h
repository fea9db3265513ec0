// A stretch of memory, and whether two of them meet.
#pragma once

#include "session/run.h"

namespace pdfnet {

struct Region {
  const uint8_t* begin;
  size_t bytes;
};

inline bool overlap(const Region& a, const Region& b) {
  return a.bytes > 0 && b.bytes > 0 && a.begin < b.begin + b.bytes && b.begin < a.begin + a.bytes;
}

// Of the host's memory.
inline Region region_of(const Binding& binding) {
  return {binding.data, binding.data == nullptr ? 0 : binding.bytes};
}

inline bool meet_in_buffer(const Binding& a, const Binding& b) {
  return a.buffer != kNoBuffer && a.buffer == b.buffer && a.offset < b.offset + b.bytes &&
         b.offset < a.offset + a.bytes;
}

}  // namespace pdfnet
