// Which threads the operating system lets go first.
#include "engine/priority.h"

#include <unistd.h>

namespace pdfnet {
namespace {

// A tenth of the weight of a thread of the process that wants the same core.
constexpr int kNicer = 10;

}  // namespace

void give_way() {
  thread_local const int priority = ::nice(kNicer);  // of this thread alone, on Linux
  static_cast<void>(priority);
}

}  // namespace pdfnet
