// A model of the fake engine: what its settings say of it, and where they make it fail.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "dl/lost.h"
#include "engine/status.h"

namespace pdfnet {

struct FakeTensor {
  std::string name;
  TensorInfo info;
};

// Waits that another thread can end.
class Delay {
 public:
  // False where it was ended early.
  bool wait(int milliseconds) {
    std::unique_lock<std::mutex> lock(mutex_);
    if (milliseconds == 0) return !ended_;  // the system would sleep for 50 µs
    return !ended_by_.wait_for(lock, std::chrono::milliseconds(milliseconds), [this] { return ended_; });
  }
  void end() {
    const std::lock_guard<std::mutex> lock(mutex_);
    ended_ = true;
    ended_by_.notify_all();
  }
  void reset() {
    const std::lock_guard<std::mutex> lock(mutex_);
    ended_ = false;
  }

 private:
  std::mutex mutex_;
  std::condition_variable ended_by_;
  bool ended_ = false;
};

struct FakeEngine {
  int gpu = 0;
  std::string model;  // the last part of its path
  std::map<std::string, std::string> settings;
  std::vector<FakeTensor> tensors;
  size_t input_count = 0;
  std::vector<char> memory;
  Delay loading;

  std::string text(const char* key, const char* otherwise) const {
    for (const std::string& name : {model + "." + key, std::string(key)}) {
      if (const auto entry = settings.find(name); entry != settings.end()) return entry->second;
    }
    return otherwise;
  }
  double number(const char* key, double otherwise) const {
    const std::string value = text(key, "");
    return value.empty() ? otherwise : std::strtod(value.c_str(), nullptr);
  }

  void maybe_fail(const std::string& stage, Status* status) {
    fail_if_lost(status);
    if (!status->ok() || text("fail_at", "") != stage || !is_turn(stage)) return;
    static const char* const kCodes[] = {kErrLibraryMissing, kErrLibraryLoad, kErrEngineOpen, kErrDeviceMissing,
                                         kErrMemory,         kErrGpuMemory,   kErrGpuLost};
    const std::string wanted = text("fail_code", kErrEngineRun);
    const char* code = kErrEngineRun;
    for (const char* known : kCodes) code = wanted == known ? known : code;
    if (code == kErrGpuLost) cuda::note_lost(gpu, "the fake fails at " + stage);
    fail(status, code, "the fake fails at %s", stage.c_str());
  }

  void fail_if_lost(Status* status) const {
    if (cuda::is_lost(gpu)) fail(status, kErrGpuLost, "%s", cuda::lost_devices().c_str());
  }

 private:
  bool is_turn(const std::string& stage) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const int call = ++calls_[stage];
    const int first = static_cast<int>(number("fail_nth", 1));
    return call >= first && call < first + static_cast<int>(number("fail_count", 1));
  }

  std::mutex mutex_;
  std::map<std::string, int> calls_;
};

}  // namespace pdfnet
