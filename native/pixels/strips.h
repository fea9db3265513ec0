// Work on a picture in strips, of which several are done at the same time.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace pdfnet {

class Pool;

// Calls `work`, which does not throw, with each number below `count`, and returns when all have ended.
using Strips = std::function<void(size_t count, const std::function<void(size_t strip)>& work)>;

// Strips that the caller's thread does, and the pool's threads that have nothing else to do meanwhile.
Strips strips_on(std::shared_ptr<Pool> pool);

}  // namespace pdfnet
