// Pages of the host's memory.
#pragma once

#include <cstddef>

namespace pdfnet {

// Brings in the pages that lie wholly inside, as a first write to each would, and leaves what is in them.
void bring_in_pages(void* memory, size_t bytes);

// Gives the system the pages that lie wholly inside, and what is in them is lost; the memory stays its owner's, who
// frees it in no time then.
void give_back_pages(void* memory, size_t bytes);

}  // namespace pdfnet
