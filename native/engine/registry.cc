// Which engine tables this addon holds.
#include "engine/registry.h"

#include <cstring>

namespace pdfnet {
namespace {

constexpr size_t kMaxEngines = 8;

// Constant-initialised, so that it is there for the static initialisers that fill it.
const EngineApi* engines[kMaxEngines];
size_t engine_count = 0;

}  // namespace

const EngineApi* find_engine(const char* name) {
  for (size_t index = 0; index < engine_count; ++index) {
    if (std::strcmp(engines[index]->name, name) == 0) return engines[index];
  }
  return nullptr;
}

bool register_engine(const EngineApi* api) {
  if (engine_count == kMaxEngines || api->version != kEngineApiVersion) return false;
  engines[engine_count++] = api;
  return true;
}

}  // namespace pdfnet
