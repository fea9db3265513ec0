// Checks a run's memory against the model before anything is written.
#include "session/validation.h"

#include <algorithm>
#include <cstdint>

#include "engine/dtype.h"
#include "session/region.h"

namespace pdfnet {
namespace {

constexpr size_t kLargestBuffer = size_t{1} << 40;

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

// Takes note of the bytes, which are not the caller's to say.
void check_buffer(const TensorSpec& tensor, size_t bytes, Binding* binding, Status* status) {
  if (tensor.on_host) {
    return fail(status, kErrArgument, "expected memory of the host for %s, got a buffer of the device",
                tensor.name.c_str());
  }
  size_t end = 0;
  if (__builtin_add_overflow(bytes, binding->offset, &end) || end > kLargestBuffer) {
    return fail(status, kErrArgument, "expected %s to end within the %zu bytes that a buffer may have",
                tensor.name.c_str(), kLargestBuffer);
  }
  if (binding->offset % element_bytes(tensor.dtype) != 0) {
    return fail(status, kErrArgument, "expected a multiple of %zu for the offset of %s, got %zu",
                element_bytes(tensor.dtype), tensor.name.c_str(), binding->offset);
  }
  if (binding->data == nullptr) {
    binding->bytes = bytes;
  } else if (tensor.is_input) {
    fail(status, kErrArgument, "expected a buffer or data for %s, which is an input, got both", tensor.name.c_str());
  } else if (binding->bytes != bytes) {
    fail(status, kErrArgument, "expected %zu bytes for the data of %s, got %zu", bytes, tensor.name.c_str(),
         binding->bytes);
  }
}

void check(const TensorSpec& tensor, Binding* given, Status* status) {
  const Binding& binding = *given;
  const char* name = tensor.name.c_str();
  if (!fits(binding.shape, tensor.shape)) {
    return fail(status, kErrArgument, "expected shape %s for %s, got %s", shown(tensor.shape).c_str(), name,
                shown(binding.shape).c_str());
  }
  size_t bytes = 0;
  const bool counted = count_bytes(tensor, binding.shape, &bytes);
  if (binding.buffer != kNoBuffer) return check_buffer(tensor, counted ? bytes : SIZE_MAX, given, status);
  if (!counted || bytes != binding.bytes) {
    return fail(status, kErrArgument, "expected %zu bytes for %s (%s %s), got %zu", bytes, name,
                dtype_name(tensor.dtype), shown(binding.shape).c_str(), binding.bytes);
  }
  if (reinterpret_cast<uintptr_t>(binding.data) % element_bytes(tensor.dtype) != 0) {
    fail(status, kErrArgument, "expected memory aligned to %zu bytes for %s, got an odd offset",
         element_bytes(tensor.dtype), name);
  }
}

struct Output {
  const Step& step;
  size_t index;
};

// Steps may use a buffer one after the other, a step may not write where it reads. Memory of the host is one binding's
// alone, unless all of them read it.
void check_output(const std::vector<ModelSpec>& models, const Output& output, const Step& other, Status* status) {
  const Binding& written = output.step.bindings[output.index];
  for (size_t index = 0; index < other.bindings.size(); ++index) {
    const bool same_step = &other == &output.step;
    if (same_step && index == output.index) continue;
    const Binding& met = other.bindings[index];
    if (!overlap(region_of(written), region_of(met)) && !(same_step && meet_in_buffer(written, met))) continue;
    return fail(status, kErrArgument, "expected memory of its own for %s, got some that overlaps that of %s",
                models[output.step.model][output.index].name.c_str(), models[other.model][index].name.c_str());
  }
}

std::string list_names(const ModelSpec& tensors, bool inputs) {
  std::string names;
  for (const TensorSpec& tensor : tensors) {
    if (tensor.is_input == inputs) names += (names.empty() ? "" : ", ") + tensor.name;
  }
  return names;
}

}  // namespace

std::vector<Binding> arrange(const ModelSpec& tensors, std::vector<Binding> inputs, std::vector<Binding> outputs,
                             Status* status) {
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
    check(tensor, &*binding, status);
    arranged.push_back(std::move(*binding));
    given.erase(binding);
  }
  for (const bool is_input : {true, false}) {
    const std::vector<Binding>& left = is_input ? inputs : outputs;
    if (left.empty()) continue;
    fail(status, kErrArgument, "expected each of %s once for the names of the %s, got %s",
         list_names(tensors, is_input).c_str(), is_input ? "inputs" : "outputs", left.front().name.c_str());
  }
  return arranged;
}

void check_overlap(const std::vector<ModelSpec>& models, const std::vector<Step>& steps, Status* status) {
  for (const Step& step : steps) {
    for (size_t output = 0; output < step.bindings.size(); ++output) {
      if (models[step.model][output].is_input) continue;
      for (const Step& other : steps) check_output(models, {step, output}, other, status);
    }
  }
}

}  // namespace pdfnet
