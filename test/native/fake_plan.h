// The fake runtime's plans, and what an enqueue of one does on the fake CUDA.
#pragma once

#include <dlfcn.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "stubs.h"

// Of one translation unit.
namespace {

namespace nv = nvinfer1;

constexpr int64_t kLargest = 64;
constexpr int kIllegalAddress = 700;
constexpr size_t kAlignment = 256;

void demand(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "fake TensorRT: %s\n", what);
  std::abort();
}

template <typename Function>
Function cuda(const char* name) {
  static void* const library = ::dlopen("libcuda.so.1", RTLD_NOW | RTLD_NOLOAD);
  demand(library != nullptr, "called before CUDA was opened");
  return reinterpret_cast<Function>(::dlsym(library, name));
}

bool holds(const void* address, size_t bytes) {
  return cuda<int (*)(const void*, size_t)>("fake_cuda_holds")(address, bytes) != 0;
}

struct Tensor {
  std::string name;
  bool is_input;
  bool on_host;
  nv::DataType type;
  nv::Dims dims;
};

struct Description {
  std::vector<Tensor> tensors;
  size_t memory = 0;
  bool uncapturable = false;
  bool broken = false;
};

size_t count(const nv::Dims& dims) {
  size_t elements = 1;
  for (int32_t axis = 0; axis < dims.nbDims; ++axis) elements *= static_cast<size_t>(dims.d[axis]);
  return elements;
}

bool parse(const std::string& text, Description* plan) {
  std::istringstream lines(text);
  std::string line;
  if (!std::getline(lines, line) || line != "fake plan") return false;
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    std::string kind;
    words >> kind;
    if (kind == "memory") words >> plan->memory;
    if (kind == "uncapturable") plan->uncapturable = true;
    if (kind == "broken") plan->broken = true;
    if (kind.find("put") == std::string::npos) continue;
    Tensor tensor{};
    int32_t type = 0;
    words >> tensor.name >> type;
    tensor.type = static_cast<nv::DataType>(type);
    tensor.is_input = kind.find("input") != std::string::npos;
    tensor.on_host = kind.find("host-") == 0;
    for (int64_t size = 0; words >> size;) tensor.dims.d[tensor.dims.nbDims++] = size;
    plan->tensors.push_back(tensor);
  }
  return true;
}

// One enqueue, as the GPU does it: whatever it refers to must be there when it is done.
struct Kernel {
  std::shared_ptr<int> owner;
  const float* input;
  size_t input_elements;
  std::vector<std::pair<float*, size_t>> outputs;
  void* arena;
  size_t arena_bytes;
  const int64_t* values;  // on the host
  std::vector<int64_t> expected_values;

  int run() const {
    if (!holds(input, input_elements * sizeof(float)) || (arena_bytes > 0 && !holds(arena, arena_bytes))) {
      return kIllegalAddress;
    }
    const bool same = expected_values.empty() || std::equal(expected_values.begin(), expected_values.end(), values);
    demand(same, "the values of an input on the host changed before the GPU had ended");
    if (arena_bytes > 0) std::memset(arena, 0x55, arena_bytes);
    for (const auto& [output, elements] : outputs) {
      if (!holds(output, elements * sizeof(float))) return kIllegalAddress;
      for (size_t index = 0; index < elements; ++index) output[index] = 2 * input[index % input_elements] + 1;
    }
    return 0;
  }
};

}  // namespace
