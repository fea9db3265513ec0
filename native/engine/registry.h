// Which engine tables this addon holds.
#pragma once

#include "engine/api.h"

namespace pdfnet {

// The table of that name, or nullptr. The tests' target registers one more (see register_engine).
const EngineApi* find_engine(const char* name);

// Adds a table before the addon is used: from a static initialiser of the file that implements it.
bool register_engine(const EngineApi* api);

}  // namespace pdfnet
