// The checks of TensorRT's table: each ends the process where something does not hold.
#pragma once

namespace pdfnet::table {

void chains();
void marks();
void captures();
void captures_off();
void mixed_sizes();
void uncapturable();
void broken();
void host_values();
void host_outputs();
void bad_bindings();
void bad_files();
void cancels();
void no_gpu();
void full_memory();
void failures();
void lost();
void runtime_cache();
void turns();

// Whether the library captures CUDA graphs by itself.
bool library_captures();

}  // namespace pdfnet::table
