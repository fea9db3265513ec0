// Which GPUs this process can use no more: an error of CUDA killed their context.
#pragma once

#include <string>

namespace pdfnet::cuda {

// From any thread; the first reason is kept.
void note_lost(int ordinal, const std::string& reason);

bool is_lost(int ordinal);

// Why, of every GPU that was lost: "GPU 0 was lost: …"; empty where none was.
std::string lost_devices();

}  // namespace pdfnet::cuda
