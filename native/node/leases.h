// The memory that runs in flight read and write: no two of them may meet where one writes.
#pragma once

#include <cstdint>
#include <vector>

#include "session/region.h"

namespace pdfnet {

class Leases {
 public:
  struct Lease {
    Region region;
    bool writes;
  };

  // False, and nothing is leased, where one of them meets memory that is leased already and either of the two writes.
  bool take(uint64_t owner, const std::vector<Lease>& leases);
  void give_back(uint64_t owner);

 private:
  struct Entry {
    uint64_t owner;
    Lease lease;
  };
  std::vector<Entry> entries_;
};

}  // namespace pdfnet
