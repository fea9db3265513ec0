// One run at a time: an engine's stream and context, and the calls that make a run of them.
#pragma once

#include <memory>

#include "session/run.h"

namespace pdfnet {

using SharedEngine = std::shared_ptr<Engine>;

class Instance {
 public:
  // nullptr, with the status, where the engine has no more to give.
  static std::unique_ptr<Instance> create(const EngineApi& api, SharedEngine engine, Status* status);
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;
  ~Instance();

  // Before `run`: a cancel counts from here on.
  void begin() { api_.begin(stream_); }
  void run(const std::vector<Binding>& bindings, Status* status);
  // From any thread.
  void cancel() { api_.cancel(stream_); }

 private:
  Instance(const EngineApi& api, SharedEngine engine) : api_(api), engine_(std::move(engine)) {}

  const EngineApi& api_;
  const SharedEngine engine_;
  Stream* stream_ = nullptr;
  Context* context_ = nullptr;
};

}  // namespace pdfnet
