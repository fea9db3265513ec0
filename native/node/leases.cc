// The memory that runs in flight read and write.
#include "node/leases.h"

#include <algorithm>

namespace pdfnet {

bool Leases::take(uint64_t owner, const std::vector<Lease>& leases) {
  for (const Lease& wanted : leases) {
    for (const Entry& entry : entries_) {
      if ((wanted.writes || entry.lease.writes) && overlap(wanted.region, entry.lease.region)) return false;
    }
  }
  for (const Lease& lease : leases) entries_.push_back({owner, lease});
  return true;
}

void Leases::give_back(uint64_t owner) {
  entries_.erase(std::remove_if(entries_.begin(), entries_.end(), [owner](const Entry& e) { return e.owner == owner; }),
                 entries_.end());
}

}  // namespace pdfnet
