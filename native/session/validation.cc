// Checks a run's memory against the model before anything is written.
#include "session/validation.h"

#include <algorithm>
#include <cstdint>

#include "engine/dtype.h"
#include "session/region.h"

namespace pdfnet {
namespace {

std::string shown(const std::vector<int64_t>& shape) {
  std::string text = "[";
  for (size_t axis = 0; axis < shape.size(); ++axis) text += (axis == 0 ? "" : ", ") + std::to_string(shape[axis]);
  return text + "]";
}

bool fits(const std::vector<int64_t>& shape, const std::vector<int64_t>& expected) {
  return std::equal(shape.begin(), shape.end(), expected.begin(), expected.end(),
                    [](int64_t size, int64_t wanted) { return size > 0 && (wanted < 0 || size == wanted); });
}

// False where the product does not fit.
bool count_bytes(const TensorSpec& tensor, const std::vector<int64_t>& shape, size_t* bytes) {
  *bytes = element_bytes(tensor.dtype);
  return std::all_of(shape.begin(), shape.end(), [bytes](int64_t size) {
    return !__builtin_mul_overflow(*bytes, static_cast<size_t>(size), bytes);
  });
}

void check(const TensorSpec& tensor, const Binding& binding, Status* status) {
  const char* name = tensor.name.c_str();
  if (!fits(binding.shape, tensor.shape)) {
    return fail(status, kErrArgument, "expected shape %s for %s, got %s", shown(tensor.shape).c_str(), name,
                shown(binding.shape).c_str());
  }
  size_t bytes = 0;
  if (!count_bytes(tensor, binding.shape, &bytes) || bytes != binding.bytes) {
    return fail(status, kErrArgument, "expected %zu bytes for %s (%s %s), got %zu", bytes, name,
                dtype_name(tensor.dtype), shown(binding.shape).c_str(), binding.bytes);
  }
  if (reinterpret_cast<uintptr_t>(binding.data) % element_bytes(tensor.dtype) != 0) {
    fail(status, kErrArgument, "expected memory aligned to %zu bytes for %s, got an odd offset",
         element_bytes(tensor.dtype), name);
  }
}

void check_overlap(const std::vector<TensorSpec>& tensors, const std::vector<Binding>& bindings, Status* status) {
  for (size_t output = 0; output < bindings.size(); ++output) {
    if (tensors[output].is_input) continue;
    for (size_t other = 0; other < output; ++other) {
      if (!overlap(region_of(bindings[output]), region_of(bindings[other]))) continue;
      return fail(status, kErrArgument, "expected memory of its own for %s, got some that overlaps that of %s",
                  tensors[output].name.c_str(), tensors[other].name.c_str());
    }
  }
}

std::string list_names(const std::vector<TensorSpec>& tensors, bool inputs) {
  std::string names;
  for (const TensorSpec& tensor : tensors) {
    if (tensor.is_input == inputs) names += (names.empty() ? "" : ", ") + tensor.name;
  }
  return names;
}

}  // namespace

std::vector<Binding> arrange(const std::vector<TensorSpec>& tensors, std::vector<Binding> inputs,
                             std::vector<Binding> outputs, Status* status) {
  std::vector<Binding> arranged;
  for (const TensorSpec& tensor : tensors) {
    std::vector<Binding>& given = tensor.is_input ? inputs : outputs;
    const auto binding =
        std::find_if(given.begin(), given.end(), [&](const Binding& b) { return b.name == tensor.name; });
    if (binding == given.end()) {
      fail(status, kErrArgument, "expected the %s %s, got none", tensor.is_input ? "input" : "output",
           tensor.name.c_str());
      return {};
    }
    check(tensor, *binding, status);
    arranged.push_back(std::move(*binding));
    given.erase(binding);
  }
  for (const bool is_input : {true, false}) {
    const std::vector<Binding>& left = is_input ? inputs : outputs;
    if (left.empty()) continue;
    fail(status, kErrArgument, "expected each of %s once for the names of the %s, got %s",
         list_names(tensors, is_input).c_str(), is_input ? "inputs" : "outputs", left.front().name.c_str());
  }
  check_overlap(tensors, arranged, status);
  return arranged;
}

}  // namespace pdfnet
