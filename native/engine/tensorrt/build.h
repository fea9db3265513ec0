// Parses an ONNX file and builds a plan from it: what all ABIs share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dl/library.h"
#include "engine/api.h"

namespace pdfnet::tensorrt {

constexpr const char kErrEngineBuild[] = "ERR_ENGINE_BUILD";
constexpr const char kErrOnnxFormat[] = "ERR_ONNX_FORMAT";
constexpr const char kErrOnnxOperator[] = "ERR_ONNX_OPERATOR";
constexpr const char kErrOutputWrite[] = "ERR_OUTPUT_WRITE";

using Sizes = std::vector<int64_t>;

// The range of one input. Of an input that is itself a shape: its values instead of its sizes.
struct InputRange {
  std::string name;
  Sizes min;
  Sizes opt;
  Sizes max;
};
using Profile = std::vector<InputRange>;

struct BuildRequest {
  std::string onnx;  // absolute path
  std::vector<Profile> profiles;
  std::optional<int64_t> workspace_bytes;
  std::optional<int32_t> optimization_level;
  std::optional<int32_t> auxiliary_streams;
  std::string timing_cache;                  // of Enterprise: a file, or empty for none
  std::vector<int32_t> target_capabilities;  // 89 is 8.9; RTX only; none: the library's own choice
  int plan_fd = -1;                          // the plan is written there
};

enum class Severity { kError, kWarning, kInfo };

// Something that the parser refuses.
struct Problem {
  bool unsupported;
  int32_t node;  // -1: the whole file
  const char* node_name;
  const char* node_operator;
  const char* description;
};

// Hears of a build as it goes on, from any thread; throws nothing.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void log(Severity severity, const char* text) noexcept = 0;
  virtual void phase(const char* name) noexcept = 0;
  virtual void problem(const Problem& problem) noexcept = 0;
};

struct Libraries {
  Library infer;
  Library parser;
};

// One ABI: which libraries it fits, and its build. The library's version is checked before it is called.
struct BuilderAbi {
  const char* name;
  int32_t oldest;  // as getInferLibVersion() counts
  int32_t next;    // the first that it does not fit
  // The number of bytes of the plan, 0 where it failed.
  uint64_t (*build)(const Libraries& libraries, const BuildRequest& request, Observer& observer, Status* status);
};

}  // namespace pdfnet::tensorrt
