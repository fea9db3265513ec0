// Reads the command line of the build program: words, each followed by as many operands as it takes.
#include "engine/tensorrt/builder/arguments.h"

#include <stdexcept>

namespace pdfnet::tensorrt {
namespace {

class Words {
 public:
  Words(int count, char** values) : next_(values + 1), end_(values + count) {}

  bool empty() const { return next_ == end_; }

  std::string take() {
    if (empty()) throw std::invalid_argument("an operand is missing");
    return *next_++;
  }

  int64_t take_number() {
    const std::string word = take();
    size_t used = 0;
    const int64_t number = std::stoll(word, &used);
    if (used != word.size()) throw std::invalid_argument(word + " is not a number");
    return number;
  }

  // 1x3x1024x1024; an empty word is a scalar.
  Sizes take_sizes() {
    const std::string word = take();
    Sizes sizes;
    for (size_t at = 0; at < word.size();) {
      size_t used = 0;
      sizes.push_back(std::stoll(word.substr(at), &used));
      at += used;
      if (at < word.size() && word[at++] != 'x') throw std::invalid_argument(word + " is not a shape");
    }
    return sizes;
  }

 private:
  char** next_;
  char** end_;
};

void read_word(const std::string& word, Words* words, Arguments* result) {
  BuildRequest& request = result->request;
  if (word == "library") {
    result->library = words->take();
  } else if (word == "parser") {
    result->parser = words->take();
  } else if (word == "abis") {
    result->list_abis = true;
  } else if (word == "probe") {
    result->probe_only = true;
  } else if (word == "onnx") {
    request.onnx = words->take();
  } else if (word == "plan-fd") {
    request.plan_fd = static_cast<int>(words->take_number());
  } else if (word == "profile") {
    request.profiles.emplace_back();
  } else if (word == "input" && !request.profiles.empty()) {
    InputRange range;
    range.name = words->take();
    range.min = words->take_sizes();
    range.opt = words->take_sizes();
    range.max = words->take_sizes();
    request.profiles.back().push_back(std::move(range));
  } else if (word == "workspace-bytes") {
    request.workspace_bytes = words->take_number();
  } else if (word == "optimization-level") {
    request.optimization_level = static_cast<int32_t>(words->take_number());
  } else if (word == "auxiliary-streams") {
    request.auxiliary_streams = static_cast<int32_t>(words->take_number());
  } else if (word == "timing-cache") {
    request.timing_cache = words->take();
  } else if (word == "target") {
    request.target_capabilities.push_back(static_cast<int32_t>(words->take_number()));
  } else {
    throw std::invalid_argument("unknown word " + word);
  }
}

}  // namespace

Arguments read_arguments(int count, char** values) {
  Words words(count, values);
  Arguments result;
  while (!words.empty()) read_word(words.take(), &words, &result);
  return result;
}

}  // namespace pdfnet::tensorrt
