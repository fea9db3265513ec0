// JavaScript values read into plain data, on the JavaScript thread. Each throws a Failure with ERR_ARGUMENT that names
// what was expected.
#pragma once

#include <napi.h>

#include <string>
#include <utility>
#include <vector>

#include "session/run.h"

namespace pdfnet {

// A caller's name for what it may cancel: any integer that JavaScript counts exactly.
constexpr int64_t kLargestTicket = (INT64_C(1) << 53) - 1;

Napi::Object read_object(Napi::Value value, const std::string& name);
std::string read_string(Napi::Object object, const char* name);
std::vector<std::string> read_strings(Napi::Object object, const char* name);
int64_t read_integer(Napi::Value value, const std::string& name, int64_t least, int64_t most);
std::vector<std::pair<std::string, std::string>> read_settings(Napi::Object object, const char* name);

// The memory of a typed array that is safe to use from another thread: neither shared, resizable nor detached.
struct TypedMemory {
  Napi::TypedArray array;
  uint8_t* data;
  size_t bytes;
};
TypedMemory read_memory(Napi::Value value, const std::string& name);

// Bindings, and the arrays behind those that are memory of the host.
struct ReadBindings {
  std::vector<Binding> bindings;
  std::vector<Napi::Object> arrays;
};
ReadBindings read_bindings(Napi::Value value, const std::string& name);

}  // namespace pdfnet
